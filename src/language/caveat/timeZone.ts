// Time zones by the names that CEL uses: names of the tz database, spelled exactly, or fixed
// offsets such as `+02:00` and `-7:00`. The empty name and `Local` mean UTC, regardless of the
// machine's zone.

/** A fixed offset, whose numbers may still be out of range. */
const FIXED = /^([+-]?\d{1,9}):([+-]?\d{1,9})$/
const HOURS_MAX = 23
const MINUTES_MAX = 59

/**
 * Seconds east of UTC in a zone, at a time in milliseconds since 1970. Null for an unknown zone.
 */
export function offsetIn(zone: string, time: number): number | null {
  if (zone === '' || zone === 'UTC' || zone === 'Local') return 0
  return zone.includes(':') ? fixedOffset(zone) : namedOffset(zone, time)
}

function fixedOffset(zone: string): number | null {
  const fields = FIXED.exec(zone)
  if (fields === null) return null
  const [hours, minutes] = [Number(fields[1]), Number(fields[2])]
  if (Math.abs(hours) > HOURS_MAX || minutes < 0 || minutes > MINUTES_MAX) return null
  return (hours * 60 + (zone.startsWith('-') ? -minutes : minutes)) * 60
}

/** The runtime's text of an offset. Before standard time, offsets have seconds: `GMT-04:56:02`. */
const OFFSET = /^GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/

function namedOffset(zone: string, time: number): number | null {
  const parts = formatOf(zone)?.formatToParts(time)
  const offset = OFFSET.exec(parts?.find(({ type }) => type === 'timeZoneName')?.value ?? '')
  if (offset === null) return null
  const [hours, minutes, seconds] = offset.slice(2).map(digits => Number(digits ?? 0))
  const east = hours * 3600 + minutes * 60 + seconds
  return offset[1] === '-' ? -east : east
}

/**
 * Formatters by zone name, so at most as many as there are zones. Making one takes 50 us, using it
 * 4 us.
 */
const formats = new Map<string, Intl.DateTimeFormat>()

/** The formatter of a zone, or null for an unknown one. */
function formatOf(zone: string): Intl.DateTimeFormat | null {
  const known = formats.get(zone)
  if (known !== undefined) return known
  if (!isSpelled(zone)) return null
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
    const { timeZone } = format.resolvedOptions()
    if (timeZone !== zone && timeZone.toLowerCase() === zone.toLowerCase()) return null
    formats.set(zone, format)
    return format
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

/** Names that the runtime accepts and the tz database lacks. */
const FOREIGN = new Set([
  ...'ACT AET AGT ART AST BET BST CAT CNT CST CTT EAT'.split(' '),
  ...'ECT IET IST JST MIT NET NST PLT PNT PRT PST SST VST'.split(' '),
])

/**
 * Whether the name is spelled as in the tz database. The runtime ignores case, the tz database does
 * not.
 */
function isSpelled(zone: string): boolean {
  if (FOREIGN.has(zone) || zone.startsWith('SystemV/')) return false
  return /^[A-Z]/.test(zone) && !/[/_-](?!(?:of|es|au)[_-])[a-z]/.test(zone)
}
