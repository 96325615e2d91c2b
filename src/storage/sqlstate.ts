// The meaning of PostgreSQL's error codes to a caller: try later, try again, or a mistake of this
// program. Both drivers use it, so that the same problem is the same error on both.

import { Refusal } from '../terms/index.js'

/**
 * The reasons for which the database is unavailable, as clients see them. The first pattern that
 * matches decides. The server's own message goes to the log only.
 */
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

/** The error of a statement that is invalid, or violates a constraint. */
class SqlError extends Error {
  override readonly name = 'SqlError'
  /** The SQLSTATE, five characters: `23505` is a unique violation. */
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
  const publicMessage = 'another transaction went first, try again'
  return new Refusal('serialization-failure', message, {}, [], publicMessage)
}

/**
 * The refusal of a request because the database is unavailable.
 * @param detail the reason for the log, in place of `why`
 */
export function unavailable(why: string, detail?: string): Refusal {
  const publicMessage = `the database is not available: ${why}`
  const message = detail === undefined ? publicMessage : `the database is not available: ${detail}`
  return new Refusal('storage-unavailable', message, {}, [], publicMessage)
}

export const closed = (): Refusal => unavailable('it has been closed')
