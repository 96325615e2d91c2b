// The order of texts, which is that of their code points and of their UTF-8. JavaScript compares
// UTF-16 units, in which what lies beyond the first plane comes before its last 8192 signs.

const SURROGATE = 0xd800
const AFTER_SURROGATES = 0xe000
const BEYOND = 0x10000

/** Negative, zero or positive. */
export function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const [left, right] = [a.charCodeAt(i), b.charCodeAt(i)]
    if (left !== right) return rank(left) - rank(right)
  }
  return a.length - b.length
}

/** Half of a pair stands for a code point beyond all single units. */
const rank = (unit: number): number =>
  unit >= SURROGATE && unit < AFTER_SURROGATES ? unit + BEYOND : unit
