// What PostgreSQL's error codes mean to a caller: try later, try again, or our own mistake.
// Both drivers ask here, so that the same trouble is the same error on both.

import { Refusal } from '../terms/index.js'

/** What clients are told when it may work later; the first that matches. The rest is for the log. */
const UNAVAILABLE: readonly (readonly [RegExp, string])[] = [
  [/^08/, 'the connection was lost'],
  [/^25006/, 'it takes no writes'],
  [/^(25P03|57P)/, 'it has ended the connection'],
  [/^28/, 'it does not let this node in'],
  [/^53100/, 'its disk is full'],
  [/^53/, 'it is out of resources'],
  [/^(55P03|57014)/, 'it gave up on a statement that took too long'],
  [/^58/, 'its disk is in trouble'],
]
/** Serialization failure and deadlock: another transaction went first. */
const GAVE_WAY = /^(40001|40P01)$/

/** A statement that is wrong in itself, or breaks a constraint. */
export class SqlError extends Error {
  override readonly name = 'SqlError'
  /** SQLSTATE, five characters: `23505` is a unique violation. */
  readonly code: string

  constructor(sqlstate: string, message: string) {
    super(message)
    this.code = sqlstate
  }
}

export function toError(sqlstate: string, message: string): Refusal | SqlError {
  const [, why] = UNAVAILABLE.find(([pattern]) => pattern.test(sqlstate)) ?? []
  if (why !== undefined) return unavailable(why, message)
  if (!GAVE_WAY.test(sqlstate)) return new SqlError(sqlstate, message)
  const told = 'another transaction went first, try again'
  return new Refusal('serialization-failure', message, {}, [], told)
}

/** @param detail for the log only */
export function unavailable(why: string, detail?: string): Refusal {
  const told = `the database is not available: ${why}`
  const message = detail === undefined ? told : `the database is not available: ${detail}`
  return new Refusal('storage-unavailable', message, {}, [], told)
}

export const closed = (): Refusal => unavailable('it has been closed')
