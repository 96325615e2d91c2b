// Time zones by what CEL calls them: names of the tz database, spelled as there, or fixed offsets
// such as `+02:00` and `-7:00`. The empty name is UTC, and so is `Local`, whatever the machine.

const FIXED = /^([+-]?\d{1,9}):([+-]?\d{1,9})$/
const HOURS_MAX = 23
const MINUTES_MAX = 59

/** Seconds east of UTC at a time in milliseconds since 1970; null for a zone that is none. */
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

/** At a time before standard time, offsets have seconds: `GMT-04:56:02`. */
const OFFSET = /^GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/

function namedOffset(zone: string, time: number): number | null {
  const parts = formatOf(zone)?.formatToParts(time)
  const offset = OFFSET.exec(parts?.find(({ type }) => type === 'timeZoneName')?.value ?? '')
  if (offset === null) return null
  const [hours, minutes, seconds] = offset.slice(2).map(digits => Number(digits ?? 0))
  const east = hours * 3600 + minutes * 60 + seconds
  return offset[1] === '-' ? -east : east
}

/** By name, so no more than there are zones. Making one takes 50 us, using it 4 us. */
const formats = new Map<string, Intl.DateTimeFormat>()

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

/** Names that the runtime has and the tz database has not. */
const FOREIGN =
  /^(?:ACT|AET|AGT|ART|AST|BET|BST|CAT|CNT|CST|CTT|EAT|ECT|IET|IST|JST|MIT|NET|NST|PLT|PNT|PRT|PST|SST|VST|SystemV\/.*)$/

/** The runtime ignores case, the tz database does not. */
const isSpelled = (zone: string): boolean =>
  /^[A-Z]/.test(zone) && !/[/_-](?!(?:of|es|au)[_-])[a-z]/.test(zone) && !FOREIGN.test(zone)
