// The order of strings in CEL: by code point, which is also the order of their UTF-8. JavaScript
// compares UTF-16 units instead, which orders code points above U+FFFF before those from U+E000 to
// U+FFFF.

const SURROGATE = 0xd800
const AFTER_SURROGATES = 0xe000
const BEYOND = 0x10000

/** A negative number, zero or a positive number. */
export function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const [left, right] = [a.charCodeAt(i), b.charCodeAt(i)]
    if (left !== right) return rank(left) - rank(right)
  }
  return a.length - b.length
}

/**
 * The rank of a UTF-16 unit in code point order. A surrogate is half of a code point above all
 * single units.
 */
const rank = (unit: number): number =>
  unit >= SURROGATE && unit < AFTER_SURROGATES ? unit + BEYOND : unit
