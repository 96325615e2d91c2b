// Moments: nanoseconds since 1970, and the offset in which they were written, which their text
// keeps. Parameters are read as Go reads RFC 3339, a little loosely; `timestamp(text)` is strict.

import { SECOND } from './duration.js'

const MILLISECOND = 1_000_000n
const MINUTE_S = 60
const HOUR_S = 3600
/** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z, in seconds since 1970. */
const FIRST_S = -62_135_596_800n
const LAST_S = 253_402_300_799n

export class Timestamp {
  /** Since 1970. */
  readonly nanos: bigint
  /** In seconds east of UTC. */
  readonly offset: number

  constructor(nanos: bigint, offset = 0) {
    this.nanos = nanos
    this.offset = offset
  }

  /** Since 1970, cut off towards the past. */
  get seconds(): bigint {
    return floor(this.nanos, SECOND)
  }

  /** A date whose UTC fields are those of the moment, so many seconds east of UTC. */
  fields(offset: number): Date {
    return new Date(Number(floor(this.nanos, MILLISECOND)) + offset * 1000)
  }
}

/** Whether a moment lies in the years 1 to 9999. */
export const isInRange = ({ seconds }: Timestamp): boolean =>
  seconds >= FIRST_S && seconds <= LAST_S

export const isFirst = ({ nanos }: Timestamp): boolean => nanos === FIRST_S * SECOND

const LOOSE =
  /^(\d{4})-(\d\d)-(\d\d)T(\d|[01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:[.,](\d+))?(?:Z|([+-])([01]\d|2[0-4]):([0-5]\d|60))$/
const STRICT = /^.{10}T\d\d:[^,]*(?:Z|[+-](?!24)\d\d:(?!60)\d\d)$/

/** RFC 3339, `2026-01-31T09:30:00.5+01:00`; null for anything else, and for days that are none. */
export const parseTimestamp = (text: string): Timestamp | null =>
  STRICT.test(text) ? parseLooseTimestamp(text) : null

/** Likewise, with an hour of one digit, a comma before fractions, and offsets of up to 25 hours. */
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

/** RFC 3339 in the offset it came with, the fraction as short as it goes: `…T09:30:00.5+01:00`. */
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

function floor(nanos: bigint, unit: bigint): bigint {
  const quotient = nanos / unit
  return nanos < 0n && quotient * unit !== nanos ? quotient - 1n : quotient
}
