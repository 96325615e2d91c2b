// Numbers as text, as Go parses and prints them.

/** Digits of the largest 64-bit number. A number with more digits is out of every range. */
const DIGITS_MAX = 20
/** A number that is out of every range. */
const BEYOND = 10n ** BigInt(DIGITS_MAX)

/**
 * Parses a whole number, or returns null. A number out of every range becomes some other such
 * number.
 */
export function parseInteger(text: string): bigint | null {
  const [, sign, digits] = /^([+-]?)0*(\d*)$/.exec(text) ?? []
  if (digits === undefined || !/\d$/.test(text)) return null
  const number = digits.length > DIGITS_MAX ? BEYOND : BigInt(digits || 0)
  return sign === '-' ? -number : number
}

/** A number in decimal notation, with or without fraction and exponent. */
const DECIMAL = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:e([+-]?\d+))?$/i

/**
 * Parses a whole number in any decimal notation, such as `1.5e1`, exactly. Null for anything else.
 */
export function parseWhole(text: string): bigint | null {
  const [whole, sign, int = '', after, only = after ?? '', exponent = '0'] =
    DECIMAL.exec(text) ?? []
  if (whole === undefined) return null
  const digits = (int + only).replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant === '') return 0n
  const zeros = digits.length - significant.length - only.length + Number(exponent)
  if (zeros < 0) return null
  const large = significant.length + zeros > DIGITS_MAX
  const number = large ? BEYOND : BigInt(significant) * 10n ** BigInt(zeros)
  return sign === '-' ? -number : number
}

/** Parses a decimal number or an infinity. Null for anything else, including `NaN`. */
export function parseDouble(text: string): number | null {
  const infinite = /^([+-]?)inf(?:inity)?$/i.exec(text)
  if (infinite !== null) return infinite[1] === '-' ? -Infinity : Infinity
  return DECIMAL.test(text) ? Number(text) : null
}

const HEXADECIMAL = /^([+-]?)0x([0-9a-f]*)(?:\.([0-9a-f]*))?p([+-]?\d+)$/i

/**
 * The result of CEL's `double(text)`, which also accepts NaN, digits grouped by `_`, and
 * hexadecimal notation. Null for anything else, and beyond the largest double.
 */
export function convertDouble(text: string): number | null {
  if (/^nan$/i.test(text)) return Number.NaN
  const ungrouped = /^[+-]?0x/i.test(text) ? /_(?![0-9a-f])|(?<![0-9a-fx])_/i : /_(?!\d)|(?<!\d)_/
  if (ungrouped.test(text)) return null
  const plain = text.replaceAll('_', '')
  const number = parseHexadecimal(plain) ?? parseDouble(plain)
  return number !== null && !Number.isFinite(number) && /\d/.test(plain) ? null : number
}

function parseHexadecimal(text: string): number | null {
  const [whole, sign, int, fraction = '', exponent] = HEXADECIMAL.exec(text) ?? []
  if (whole === undefined || int + fraction === '') return null
  const mantissa = Number(BigInt(`0x${int}${fraction}`))
  const power = Number(exponent) - 4 * fraction.length
  // In two steps, because a power of two may be out of range even if the product is not.
  const half = Math.trunc(power / 2)
  const number = mantissa * 2 ** half * 2 ** (power - half)
  return sign === '-' ? -number : number
}

/** The text of a double. Exponents below -4 and from 6 on are printed, with at least two digits. */
export function printDouble(number: number): string {
  if (!Number.isFinite(number)) return Number.isNaN(number) ? 'NaN' : number > 0 ? '+Inf' : '-Inf'
  if (Object.is(number, -0)) return '-0'
  const [digits, exponent] = number.toExponential().split('e')
  if (Number(exponent) >= -4 && Number(exponent) < 6) return String(number)
  return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`
}
