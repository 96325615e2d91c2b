// What PostgreSQL's error codes mean to a caller: try later, try again, or our own mistake.
// Both drivers ask here, so that the same trouble is the same error on both.

import { Refusal } from '../terms/index.js'

/** Connection lost or idle for too long, server stopping, no room, disk trouble: later it may work. */
const UNAVAILABLE = /^(08|25P03|53|57P|58)/
/** Serialization failure and deadlock: another transaction went first. */
const GAVE_WAY = /^(40001|40P01)$/

/** A statement that is wrong in itself, or breaks a constraint. */
class SqlError extends Error {
  override readonly name = 'SqlError'
  /** SQLSTATE, five characters: `23505` is a unique violation. */
  readonly code: string

  constructor(sqlstate: string, message: string) {
    super(message)
    this.code = sqlstate
  }
}

export function toError(sqlstate: string, message: string): Refusal | SqlError {
  if (UNAVAILABLE.test(sqlstate)) return unavailable(message)
  if (GAVE_WAY.test(sqlstate)) return new Refusal('serialization-failure', message)
  return new SqlError(sqlstate, message)
}

export const unavailable = (why: string): Refusal =>
  new Refusal('storage-unavailable', `the database is not available: ${why}`)

export const closed = (): Refusal => unavailable('it has been closed')
