// Suggestions for mistyped names ("did you mean …?"): the most similar known name.

import { limits } from '../terms/index.js'

/** The hint ` (did you mean `viewer`?)`, or an empty text if no name is similar. */
export function suggestion(name: string, known: Iterable<string>): string {
  const similar = nearest(name, known)
  return similar === null ? '' : ` (did you mean \`${similar}\`?)`
}

/**
 * Bound on the names that are compared: enough for a real schema, and little work for a hostile
 * one.
 */
const COMPARED_MAX = 1000

/**
 * The first known name with the fewest edits, or null if none is near. Two edits count as near even
 * in a short name, because two swapped neighbours are two edits.
 */
function nearest(name: string, known: Iterable<string>): string | null {
  if (name.length > limits.typeNameBytesMax) return null
  let best: string | null = null
  let bound = Math.max(Math.min(2, name.length - 2), Math.floor(name.length / 3))
  let compared = 0
  for (const candidate of known) {
    if (++compared > COMPARED_MAX) break
    if (candidate === name || Math.abs(candidate.length - name.length) > bound) continue
    const edits = distance(name, candidate, bound)
    if (edits > bound) continue
    best = candidate
    bound = edits - 1
    if (bound === 0) break
  }
  return best
}

/**
 * The number of insertions, deletions and replacements from `a` to `b`. Above `bound` the result is
 * only known to be larger.
 */
function distance(a: string, b: string, bound: number): number {
  let previousRow = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = previousRow[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(replaced, previousRow[j] + 1, row[j - 1] + 1))
    }
    if (Math.min(...row) > bound) return bound + 1
    previousRow = row
  }
  return previousRow[b.length]
}
