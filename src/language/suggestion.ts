// "Did you mean": the known name nearest to one that is not known.

import { limits } from '../terms/index.js'

/** ` (did you mean `viewer`?)`, or nothing when no name is near. */
export function suggestion(name: string, known: Iterable<string>): string {
  const near = nearest(name, known)
  return near === null ? '' : ` (did you mean \`${near}\`?)`
}

/** Names that are looked at: enough for any real schema, and soon done with a forged one. */
const LOOKED_AT_MAX = 1000

/**
 * The first of the known names with the fewest edits; null if none is near. Two edits are near even
 * in a short name, since two neighbours swapped are two edits.
 */
function nearest(name: string, known: Iterable<string>): string | null {
  if (name.length > limits.typeNameBytesMax) return null
  let best: string | null = null
  let bound = Math.max(Math.min(2, name.length - 2), Math.floor(name.length / 3))
  let looked = 0
  for (const candidate of known) {
    if (++looked > LOOKED_AT_MAX) break
    if (candidate === name || Math.abs(candidate.length - name.length) > bound) continue
    const edits = distance(name, candidate, bound)
    if (edits > bound) continue
    best = candidate
    bound = edits - 1
    if (bound === 0) break
  }
  return best
}

/** Insertions, deletions and replacements from `a` to `b`; anything above `bound` may stop early. */
function distance(a: string, b: string, bound: number): number {
  let above = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = above[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(replaced, above[j] + 1, row[j - 1] + 1))
    }
    if (Math.min(...row) > bound) return bound + 1
    above = row
  }
  return above[b.length]
}
