// CEL's functions on timestamps and durations, by name. They return undefined for operands of other
// types, which the CEL library may then handle.

import { Duration, durationOf, parseDuration, printDuration, SECOND } from './duration.js'
import type { CallForm } from './expression.js'
import { isInRange, parseTimestamp, printTimestamp, Timestamp } from './timestamp.js'
import { offsetIn } from './timeZone.js'
import { CaveatFailure, type Outcome, type Value } from './value.js'

/** A function on times. */
type TimeFunction = (operands: readonly Value[]) => Outcome | undefined

/** The function of that name, or undefined if there is none. */
export const timeFunction = (form: CallForm, name: string): TimeFunction | undefined =>
  FUNCTIONS.get(`${form} ${name}`)

/** The duration of that many nanoseconds, or a failure out of range. */
const checkedDuration = (duration: bigint): Outcome =>
  durationOf(duration) ?? new CaveatFailure('a duration beyond 292 years')

/** The timestamp, or a failure out of range. */
function timestampAt(nanos: bigint, offset = 0): Outcome {
  const timestamp = new Timestamp(nanos, offset)
  return isInRange(timestamp)
    ? timestamp
    : new CaveatFailure('a timestamp not in the years 1 to 9999')
}

function add([a, b]: readonly Value[]): Outcome | undefined {
  if (a instanceof Timestamp && b instanceof Duration)
    return timestampAt(a.nanos + b.nanos, a.offset)
  if (a instanceof Duration && b instanceof Timestamp)
    return timestampAt(a.nanos + b.nanos, b.offset)
  return a instanceof Duration && b instanceof Duration
    ? checkedDuration(a.nanos + b.nanos)
    : undefined
}

function subtract([a, b]: readonly Value[]): Outcome | undefined {
  if (a instanceof Timestamp && b instanceof Duration)
    return timestampAt(a.nanos - b.nanos, a.offset)
  if (a instanceof Timestamp && b instanceof Timestamp) return checkedDuration(a.nanos - b.nanos)
  if (!(a instanceof Duration)) return undefined
  if (b === undefined) return checkedDuration(-a.nanos)
  return b instanceof Duration ? checkedDuration(a.nanos - b.nanos) : undefined
}

const comparison =
  (holds: (a: bigint, b: bigint) => boolean): TimeFunction =>
  ([a, b]) => {
    const alike =
      (a instanceof Timestamp && b instanceof Timestamp) ||
      (a instanceof Duration && b instanceof Duration)
    return alike ? holds(a.nanos, b.nanos) : undefined
  }

function toTimestamp([value]: readonly Value[]): Outcome | undefined {
  if (value instanceof Timestamp) return value
  if (typeof value === 'bigint') return timestampAt(value * SECOND)
  if (typeof value !== 'string') return undefined
  const timestamp = parseTimestamp(value)
  if (timestamp === null) return new CaveatFailure(`\`${value}\` is no \`timestamp\``)
  return timestampAt(timestamp.nanos, timestamp.offset)
}

function toDuration([value]: readonly Value[]): Outcome | undefined {
  if (value instanceof Duration) return value
  if (typeof value !== 'string') return undefined
  return parseDuration(value) ?? new CaveatFailure(`\`${value}\` is no \`duration\``)
}

function toInt([value]: readonly Value[]): Outcome | undefined {
  if (value instanceof Timestamp) return value.seconds
  return value instanceof Duration ? value.nanos : undefined
}

function toText([value]: readonly Value[]): Outcome | undefined {
  if (value instanceof Timestamp) return printTimestamp(value)
  return value instanceof Duration ? printDuration(value) : undefined
}

const DAY_MS = 24 * 3600 * 1000

/** The fields of a timestamp, each read from a date whose UTC fields are the local ones. */
const FIELDS: Readonly<Record<string, (local: Date) => number>> = {
  getFullYear: local => local.getUTCFullYear(),
  getMonth: local => local.getUTCMonth(),
  getDate: local => local.getUTCDate(),
  getDayOfMonth: local => local.getUTCDate() - 1,
  getDayOfWeek: local => local.getUTCDay(),
  getDayOfYear: local => (local.getTime() - new Date(local).setUTCMonth(0, 1)) / DAY_MS,
  getHours: local => local.getUTCHours(),
  getMinutes: local => local.getUTCMinutes(),
  getSeconds: local => local.getUTCSeconds(),
  getMilliseconds: local => local.getUTCMilliseconds(),
}

/**
 * The units of a duration's fields. A field is the whole duration in that unit, not the remainder
 * after larger units.
 */
const UNITS: Readonly<Record<string, bigint>> = {
  getHours: 3600n * SECOND,
  getMinutes: 60n * SECOND,
  getSeconds: SECOND,
  getMilliseconds: SECOND / 1000n,
}

/** The function that reads a field. */
function field(name: string): TimeFunction {
  const unit = UNITS[name]
  return operands => {
    const [time, zone = 'UTC'] = operands
    if (time instanceof Duration && operands.length === 1) return unit && time.nanos / unit
    if (!(time instanceof Timestamp) || typeof zone !== 'string') return undefined
    const offset = offsetIn(zone, time.fields(0).getTime())
    if (offset === null) return new CaveatFailure(`\`${zone}\` is no time zone`)
    return BigInt(FIELDS[name](time.fields(offset)))
  }
}

const FUNCTIONS: ReadonlyMap<string, TimeFunction> = new Map<string, TimeFunction>([
  ['operator +', add],
  ['operator -', subtract],
  ['operator <', comparison((a, b) => a < b)],
  ['operator <=', comparison((a, b) => a <= b)],
  ['operator >', comparison((a, b) => a > b)],
  ['operator >=', comparison((a, b) => a >= b)],
  ['function timestamp', toTimestamp],
  ['function duration', toDuration],
  ['function int', toInt],
  ['function string', toText],
  ...Object.keys(FIELDS).map(name => [`method ${name}`, field(name)] as const),
])
