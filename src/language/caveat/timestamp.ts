// Timestamps: nanoseconds since 1970, and the UTC offset in which they were written, which printing
// preserves. Parameters are parsed as Go parses RFC 3339, which is slightly lenient. CEL's
// `timestamp(text)` is strict.

import { SECOND } from './duration.js'

const MILLISECOND = 1_000_000n
const MINUTE_S = 60
const HOUR_S = 3600
/**
 * Seconds since 1970 of the first and last timestamp, 0001-01-01T00:00:00Z and
 * 9999-12-31T23:59:59Z.
 */
const FIRST_S = -62_135_596_800n
const LAST_S = 253_402_300_799n

/** A timestamp. */
export class Timestamp {
  /** Nanoseconds since 1970. */
  readonly nanos: bigint
  /** The UTC offset, in seconds east. */
  readonly offset: number

  constructor(nanos: bigint, offset = 0) {
    this.nanos = nanos
    this.offset = offset
  }

  /** Seconds since 1970, rounded down. */
  get seconds(): bigint {
    return floor(this.nanos, SECOND)
  }

  /** A date whose UTC fields are those of the timestamp at this offset, in seconds east of UTC. */
  fields(offset: number): Date {
    return new Date(Number(floor(this.nanos, MILLISECOND)) + offset * 1000)
  }
}

/** Whether the timestamp lies in the years 1 to 9999. */
export const isInRange = ({ seconds }: Timestamp): boolean =>
  seconds >= FIRST_S && seconds <= LAST_S

/** Whether the timestamp is the zero value of Go's time, the first one in range. */
export const isFirst = ({ nanos }: Timestamp): boolean => nanos === FIRST_S * SECOND

const DATE = /(\d{4})-(\d\d)-(\d\d)/
const CLOCK = /(\d|[01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:[.,](\d+))?/
const ZONE = /(?:Z|([+-])([01]\d|2[0-4]):([0-5]\d|60))/
/** RFC 3339 as Go parses it. */
const LOOSE = new RegExp(`^${DATE.source}T${CLOCK.source}${ZONE.source}$`)
/** What strict RFC 3339 requires in addition. */
const STRICT = /^.{10}T\d\d:[^,]*(?:Z|[+-](?!24)\d\d:(?!60)\d\d)$/

/**
 * Parses strict RFC 3339, such as `2026-01-31T09:30:00.5+01:00`. Null for other texts, and for days
 * that do not exist.
 */
export const parseTimestamp = (text: string): Timestamp | null =>
  STRICT.test(text) ? parseLooseTimestamp(text) : null

/**
 * Parses lenient RFC 3339, which also allows a one-digit hour, a comma before the fraction, and
 * offsets of up to 25 hours. Null for other texts, and for days that do not exist.
 */
export function parseLooseTimestamp(text: string): Timestamp | null {
  const fields = LOOSE.exec(text)
  if (fields === null) return null
  const [year, month, date, hours, minutes, seconds] = fields.slice(1, 7).map(Number)
  const [fraction = '', sign, zoneHours, zoneMinutes] = fields.slice(7)
  const day = new Date(0)
  day.setUTCFullYear(year, month - 1, date)
  if (day.getUTCMonth() !== month - 1 || day.getUTCDate() !== date) return null
  const east = sign === undefined ? 0 : Number(zoneHours) * HOUR_S + Number(zoneMinutes) * MINUTE_S
  const offset = sign === '-' ? -east : east
  const clock = hours * HOUR_S + minutes * MINUTE_S + seconds - offset
  const nanos = BigInt(fraction.slice(0, 9).padEnd(9, '0'))
  return new Timestamp(BigInt(day.getTime() / 1000 + clock) * SECOND + nanos, offset)
}

/**
 * The timestamp as RFC 3339 at its own offset, with the shortest fraction: `…T09:30:00.5+01:00`.
 */
export function printTimestamp(timestamp: Timestamp): string {
  const { nanos, seconds, offset } = timestamp
  const local = timestamp.fields(offset)
  const iso = local.toISOString()
  const year = String(local.getUTCFullYear()).padStart(4, '0')
  const fraction = String(nanos - seconds * SECOND)
    .padStart(9, '0')
    .replace(/0+$/, '')
  const rest = iso.slice(iso.indexOf('-', 1), iso.lastIndexOf('.'))
  return `${year}${rest}${fraction === '' ? '' : `.${fraction}`}${printOffset(offset)}`
}

function printOffset(offset: number): string {
  if (offset === 0) return 'Z'
  const minutes = Math.trunc(Math.abs(offset) / MINUTE_S)
  const [hour, minute] = [Math.trunc(minutes / 60), minutes % 60]
  const digits = [hour, minute].map(number => String(number).padStart(2, '0'))
  return `${offset < 0 ? '-' : '+'}${digits.join(':')}`
}

/** The quotient, rounded down. */
function floor(nanos: bigint, unit: bigint): bigint {
  const quotient = nanos / unit
  return nanos < 0n && quotient * unit !== nanos ? quotient - 1n : quotient
}
