// IP addresses of both families and their prefixes, as numbers. The accepted texts are those of
// Go's `net/netip`: no leading zeros, at most one `::`, a zone on IPv6 only, and no zone on a
// prefix.

const V4_BITS = 32
const V6_BITS = 128
/** The bits above the IPv4 address in an IPv4-mapped IPv6 address. */
const V4_IN_V6 = 0xffffn
/** Number of 16-bit groups of an IPv6 address. */
const GROUPS = 8
/** Characters of the longest IPv6 text without its zone: `ffff:…:255.255.255.255`. */
const V6_TEXT_MAX = 45

/** An IP address. */
export class IpAddress {
  readonly bits: typeof V4_BITS | typeof V6_BITS
  readonly number: bigint
  readonly zone: string

  constructor(bits: typeof V4_BITS | typeof V6_BITS, number: bigint, zone = '') {
    this.bits = bits
    this.number = number
    this.zone = zone
  }

  equals(other: IpAddress): boolean {
    return this.bits === other.bits && this.number === other.number && this.zone === other.zone
  }

  /** The IPv4 address of an IPv4-mapped IPv6 address (`::ffff:10.0.0.1`), or the address itself. */
  unmapped(): IpAddress {
    const mapped = this.bits === V6_BITS && this.number >> BigInt(V4_BITS) === V4_IN_V6
    return mapped ? new IpAddress(V4_BITS, BigInt.asUintN(V4_BITS, this.number)) : this
  }
}

/** A prefix of `length` bits. */
interface IpPrefix {
  readonly address: IpAddress
  readonly length: number
}

/** Parses an address. Null for any other text. */
export function parseIpAddress(text: string): IpAddress | null {
  if (!text.includes(':')) {
    const number = parseV4(text)
    return number === null ? null : new IpAddress(V4_BITS, number)
  }
  const zoneMark = text.indexOf('%')
  if (zoneMark === text.length - 1) return null
  const zone = zoneMark < 0 ? '' : text.slice(zoneMark + 1)
  const number = parseV6(zoneMark < 0 ? text : text.slice(0, zoneMark))
  return number === null ? null : new IpAddress(V6_BITS, number, zone)
}

/**
 * Parses a prefix such as `10.0.0.0/8`. Bits after the prefix are allowed and ignored. Null for any
 * other text.
 */
export function parseIpPrefix(text: string): IpPrefix | null {
  const parts = /^([^/%]+)\/(0|[1-9]\d{0,2})$/.exec(text)
  const address = parts === null ? null : parseIpAddress(parts[1])
  if (parts === null || address === null) return null
  const length = Number(parts[2])
  return length <= address.bits ? { address, length } : null
}

/**
 * Whether the address has the prefix. Both must be of one family; the addresses of parameters are
 * unmapped beforehand. An address with a zone has no prefix.
 */
export function isInPrefix(address: IpAddress, prefix: IpPrefix): boolean {
  const { bits, number, zone } = address
  const rest = BigInt(prefix.address.bits - prefix.length)
  return (
    zone === '' && bits === prefix.address.bits && number >> rest === prefix.address.number >> rest
  )
}

function parseV4(text: string): bigint | null {
  const fields = text.split('.')
  const isValid = fields.every(field => /^(?:0|[1-9]\d{0,2})$/.test(field) && Number(field) <= 255)
  if (fields.length !== 4 || !isValid) return null
  return fields.reduce((number, field) => number * 256n + BigInt(field), 0n)
}

function parseV6(text: string): bigint | null {
  if (text.length > V6_TEXT_MAX) return null
  const tail = /(?<=:)[\d.]*\.[\d.]*$/.exec(text)?.[0]
  if (tail !== undefined) {
    const number = parseV4(tail)
    if (number === null) return null
    const groups = `${(number >> 16n).toString(16)}:${BigInt.asUintN(16, number).toString(16)}`
    return parseV6(text.slice(0, -tail.length) + groups)
  }
  const halves = text.split('::').map(half => (half === '' ? [] : half.split(':')))
  const groups = halves.flat()
  const isValid = groups.every(group => /^[0-9a-fA-F]{1,4}$/.test(group))
  const fits = halves.length === 1 ? groups.length === GROUPS : groups.length < GROUPS
  if (!isValid || !fits || halves.length > 2) return null
  const zeros = Array(GROUPS - groups.length).fill('0')
  const whole = [...halves[0], ...zeros, ...(halves[1] ?? [])]
  return whole.reduce((number, group) => number * 65536n + BigInt(`0x${group}`), 0n)
}
