// When each place was last written to, as the change feed tells, in a table of fixed size: places that
// share a cell count as written when any of them was, so it may say "changed" of what has not, and
// never "as it was" of what has. So a row that nobody touches is good for as long as the feed goes on,
// through any number of other writes but those that happen to share its cell.

import {
  type Change,
  printPlace,
  type Relationship,
  type Revision,
  subjectPlace,
} from '../terms/index.js'

/** Cells: 8 MB. With a million places written, two of three rows are still known to be good. */
const CELLS = 1 << 20

export class Places {
  /** Up to here, anything may have been written. */
  #floor: Revision
  /** What was written after this is not known yet. */
  #head: Revision
  readonly #last = new Float64Array(CELLS)

  constructor(since: Revision) {
    this.#floor = since
    this.#head = since
  }

  take(changes: readonly Change[]): void {
    for (const { revision, created, deleted, goesOn = false } of changes) {
      for (const relationship of created) this.#touch(relationship, revision)
      for (const relationship of deleted) this.#touch(relationship, revision)
      if (!goesOn) this.#head = revision
    }
  }

  /** Whether what was read of the place at one revision is known to be the same at the other. */
  same(place: string, a: Revision, b: Revision): boolean {
    if (a === b) return true
    const [earlier, later] = a < b ? [a, b] : [b, a]
    if (earlier < this.#floor || later > this.#head) return false
    return this.#last[cellOf(place)] <= earlier
  }

  #touch(relationship: Relationship, revision: Revision): void {
    this.#last[cellOf(printPlace(relationship))] = revision
    this.#last[cellOf(subjectPlace(relationship.subject))] = revision
  }
}

/** FNV-1a over the code units. */
function cellOf(place: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < place.length; i++) {
    hash ^= place.charCodeAt(i)
    hash = Math.imul(hash, 0x01000193)
  }
  return (hash ^ (hash >>> 12)) & (CELLS - 1)
}
