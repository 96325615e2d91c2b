// The order of ids: by their bytes in UTF-8, as the database sorts them. JavaScript compares UTF-16
// units, which would put characters beyond U+FFFF before some of the others.

/** Negative if `a` comes first, zero if they are the same. */
export function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const [left, right] = [a.charCodeAt(i), b.charCodeAt(i)]
    if (left !== right) return rankOf(left) - rankOf(right)
  }
  return a.length - b.length
}

/** The rank of a code unit. Surrogates rank last, as they encode the characters beyond U+FFFF. */
const rankOf = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x2800 : unit)
