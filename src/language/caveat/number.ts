// Numbers in their texts, as Go reads them.

/** A whole number of any size; null for anything else. */
export const parseInteger = (text: string): bigint | null =>
  /^[+-]?\d+$/.test(text) ? BigInt(text.replace('+', '')) : null

/** Decimal, or an infinity; null for anything else, `NaN` included. */
export function parseDouble(text: string): number | null {
  const infinite = /^([+-]?)inf(?:inity)?$/i.exec(text)
  if (infinite !== null) return infinite[1] === '-' ? -Infinity : Infinity
  return /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : null
}

/** An exponent is printed below -4 and from 6 on, with two digits at least. */
export function printDouble(number: number): string {
  if (!Number.isFinite(number)) return Number.isNaN(number) ? 'NaN' : number > 0 ? '+Inf' : '-Inf'
  const [digits, exponent] = number.toExponential().split('e')
  if (Number(exponent) >= -4 && Number(exponent) < 6) return String(number)
  return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`
}
