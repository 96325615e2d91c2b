// Moments and durations in their texts, as Go reads them, and the fields of a moment in a time zone.

interface Seconds {
  readonly seconds: bigint
  /** 0 to 999,999,999 for moments; of the sign of `seconds` for durations. */
  readonly nanos: number
}

const NANOS = 1_000_000_000n
const DURATION_NANOS_MAX = 2n ** 63n - 1n
const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  // The micro sign, and the Greek letter that looks like it.
  '\u00b5s': 1000n,
  '\u03bcs': 1000n,
  ms: 1_000_000n,
  s: NANOS,
  m: 60n * NANOS,
  h: 3600n * NANOS,
}
const DURATION = /^([+-]?)((?:(?:\d+(?:\.\d*)?|\.\d+)(?:[nu\u00b5\u03bcm]?s|m|h))+|0)$/
const DURATION_PART = /(\d*)\.?(\d*)([a-z\u00b5\u03bc]+)/g
const TIMESTAMP =
  /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:[.,](\d+))?(?:Z|([+-])([01]\d|2[0-4]):([0-5]\d))$/

/** `1h30m`, `-1.5h`, `300ms`; null for anything else, and beyond 292 years. */
export function parseDuration(text: string): Seconds | null {
  const whole = DURATION.exec(text)
  if (whole === null) return null
  let nanos = 0n
  for (const [, int, fraction, unit] of whole[2].matchAll(DURATION_PART)) {
    const part = BigInt(fraction.slice(0, 18) || 0) * UNITS[unit]
    nanos += BigInt(int || 0) * UNITS[unit] + part / 10n ** BigInt(fraction.slice(0, 18).length)
  }
  if (nanos > DURATION_NANOS_MAX) return null
  if (whole[1] === '-') nanos = -nanos
  return { seconds: nanos / NANOS, nanos: Number(nanos % NANOS) }
}

/** RFC 3339: `2026-01-31T09:30:00.5+01:00`; null for anything else, and for days that are none. */
export function parseTimestamp(text: string): Seconds | null {
  const fields = TIMESTAMP.exec(text)
  if (fields === null) return null
  const [year, month, date, hours, minutes, seconds] = fields.slice(1, 7).map(Number)
  const [fraction = '', sign, zoneHours, zoneMinutes] = fields.slice(7)
  const day = new Date(0)
  day.setUTCFullYear(year, month - 1, date)
  if (day.getUTCMonth() !== month - 1 || day.getUTCDate() !== date) return null
  const zone = sign === undefined ? 0 : toSeconds(Number(zoneHours), Number(zoneMinutes))
  const clock = toSeconds(hours, minutes) + seconds + (sign === '-' ? zone : -zone)
  return {
    seconds: BigInt(day.getTime() / 1000 + clock),
    nanos: Number(fraction.slice(0, 9).padEnd(9, '0')),
  }
}

const toSeconds = (hours: number, minutes: number): number => hours * 3600 + minutes * 60

/**
 * A date whose UTC fields are those of the moment in the zone: `UTC`, `+02:00`, `Europe/Berlin`.
 * @throws RangeError for a zone that is none
 */
export function toLocal({ seconds, nanos }: Seconds, zone: string): Date {
  const ms = Number(seconds) * 1000 + Math.floor(nanos / 1_000_000)
  if (zone === 'UTC' || zone === '') return new Date(ms)
  const fixed = /^([+-]?)(\d\d):(\d\d)$/.exec(zone)
  if (fixed !== null) {
    const shift = toSeconds(Number(fixed[2]), Number(fixed[3])) * 1000
    return new Date(fixed[1] === '-' ? ms - shift : ms + shift)
  }
  const fields = formatOf(zone).formatToParts(ms)
  const parts = new Map(fields.map(({ type, value }) => [type, Number(value)]))
  const field = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0
  const local = new Date(0)
  local.setUTCFullYear(field('year'), field('month') - 1, field('day'))
  local.setUTCHours(
    field('hour'),
    field('minute'),
    field('second'),
    new Date(ms).getUTCMilliseconds(),
  )
  return local
}

const FIELDS: Intl.DateTimeFormatOptions = {
  calendar: 'gregory',
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
}

/** By zone in lower case, so no more than there are zones. Making one takes 50 us, using it 4 us. */
const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(zone: string): Intl.DateTimeFormat {
  const key = zone.toLowerCase()
  let format = formats.get(key)
  if (format === undefined) {
    if (!/^[a-z]/.test(key)) throw new RangeError(`\`${zone}\` is no time zone`)
    format = new Intl.DateTimeFormat('en-US', { ...FIELDS, timeZone: zone })
    formats.set(key, format)
  }
  return format
}
