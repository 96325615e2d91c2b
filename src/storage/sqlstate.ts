// What PostgreSQL's error codes mean to a caller: try later, try again, or our own mistake.
// Both drivers ask here, so that the same trouble is the same refusal on both.

import { Refusal } from '../terms/index.js'

/** Connection lost, server stopping or starting, no room, disk trouble: later it may work. */
const UNAVAILABLE = /^(08|53|57P|58)/
/** Serialization failure and deadlock: another transaction went first. */
const GAVE_WAY = /^(40001|40P01)$/

/** The refusal that an SQLSTATE amounts to, or null when the statement itself is wrong. */
export function toRefusal(sqlstate: string | undefined, message: string): Refusal | null {
  if (sqlstate === undefined) return null
  if (UNAVAILABLE.test(sqlstate)) return unavailable(message)
  return GAVE_WAY.test(sqlstate) ? new Refusal('serialization-failure', message) : null
}

export const unavailable = (why: string): Refusal =>
  new Refusal('storage-unavailable', `the database is not available: ${why}`)

export const closed = (): Refusal => unavailable('it has been closed')
