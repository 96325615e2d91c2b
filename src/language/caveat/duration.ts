// Durations: a signed number of nanoseconds that fits in 64 bits, about 292 years either way. They
// are parsed and printed as Go does, including its floating point rounding.

export const SECOND = 1_000_000_000n
const NANOS_MAX = 2n ** 63n - 1n

/** A duration in nanoseconds. */
export class Duration {
  readonly nanos: bigint

  constructor(nanos: bigint) {
    this.nanos = nanos
  }
}

/** The duration of that many nanoseconds, or null if it is out of range. */
export const durationOf = (nanos: bigint): Duration | null =>
  BigInt.asIntN(64, nanos) === nanos ? new Duration(nanos) : null

const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  // The micro sign, and below it the Greek letter that looks the same.
  '\u00b5s': 1000n,
  '\u03bcs': 1000n,
  ms: 1_000_000n,
  s: SECOND,
  m: 60n * SECOND,
  h: 3600n * SECOND,
}
const WHOLE = /^([+-]?)((?:(?:\d+(?:\.\d*)?|\.\d+)(?:[nu\u00b5\u03bcm]?s|m|h))+|0)$/
const PART = /0*(\d*)\.?(\d*)([a-z\u00b5\u03bc]+)/g
/** Digits of the largest whole number in range. A longer one would be slow to parse. */
const DIGITS_MAX = 19

/** Parses `1h30m`, `-1.5h` or `300ms`. Null for any other text, and out of range. */
export function parseDuration(text: string): Duration | null {
  const whole = WHOLE.exec(text)
  if (whole === null) return null
  const negative = whole[1] === '-'
  let nanos = 0n
  for (const [, int, fraction, unit] of whole[2].matchAll(PART)) {
    if (int.length > DIGITS_MAX) return null
    nanos += BigInt(int || 0) * UNITS[unit] + fractionOf(fraction, UNITS[unit])
    if (nanos > NANOS_MAX + (negative ? 1n : 0n)) return null
  }
  return new Duration(negative ? -nanos : nanos)
}

/**
 * The nanoseconds of a decimal fraction. As in Go, digits that no longer fit in 64 bits are dropped
 * and the product is truncated.
 */
function fractionOf(digits: string, unit: bigint): bigint {
  let count = Math.min(digits.length, DIGITS_MAX)
  while (count > 0 && BigInt(digits.slice(0, count)) > NANOS_MAX) count--
  const numerator = Number(BigInt(digits.slice(0, count) || 0))
  return BigInt(Math.trunc(numerator * (Number(unit) / 10 ** count)))
}

/** Seconds below which JavaScript prints an exponent. */
const EXPONENT_BELOW = 1e-6

/**
 * The seconds in the shortest decimal form that parses to the same double: `1.5s`, `-0.0000001s`.
 */
export function printDuration(duration: Duration): string {
  const seconds = toSeconds(duration)
  const plain = seconds === 0 || Math.abs(seconds) >= EXPONENT_BELOW
  return `${plain ? seconds : seconds.toFixed(9).replace(/0+$/, '')}s`
}

const toSeconds = ({ nanos }: Duration): number =>
  Number(nanos / SECOND) + Number(nanos % SECOND) / Number(SECOND)
