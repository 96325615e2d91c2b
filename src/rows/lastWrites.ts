// When each place was last written to, as the change feed tells, in a table of bounded size: places that
// share a cell count as written when any of them was, so it may say "changed" of what has not, and
// never "as it was" of what has. So a row that nobody touches is good for as long as the feed goes on,
// through any number of other writes but those that happen to share its cell.

import { type Change, fnv1a, printUserset, type Revision, subjectKey } from '../terms/index.js'

/** Of 8 bytes. With a million places written, two of three rows are still known to be good. */
const CELLS_MAX = 1 << 20
/** Of a store that nobody writes to. */
const CELLS_MIN = 1 << 12

export class LastWrites {
  /** Up to here, anything may have been written. */
  #floor: Revision
  /** What was written after this is not known yet. */
  #head: Revision
  #last = new Float64Array(CELLS_MIN)
  /** Since the table was last enlarged. */
  #touches = 0

  constructor(since: Revision) {
    this.#floor = since
    this.#head = since
  }

  take(changes: readonly Change[]): void {
    for (const change of changes) {
      this.#touchAll(change)
      if (change.partial !== true) this.#head = change.revision
    }
    this.#enlarge()
  }

  /** From here on it is told of every write. */
  get since(): Revision {
    return this.#floor
  }

  /** Takes what happened from `from` until then. */
  recall(changes: readonly Change[], from: Revision): void {
    for (const change of changes) this.#touchAll(change)
    this.#floor = from
    this.#enlarge()
  }

  /** Whether what was read of the place at one revision is known to be the same at the other. */
  same(place: string, a: Revision, b: Revision): boolean {
    if (a === b) return true
    const [earlier, later] = a < b ? [a, b] : [b, a]
    if (earlier < this.#floor || later > this.#head) return false
    return this.#last[this.#cellOf(place)] <= earlier
  }

  #touchAll({ revision, created, deleted }: Change): void {
    for (const relationships of [created, deleted]) {
      for (const { resource, relation, subject } of relationships) {
        this.#touch(printUserset({ resource, relation }), revision)
        this.#touch(subjectKey(subject), revision)
      }
    }
  }

  #touch(place: string, revision: Revision): void {
    const cell = this.#cellOf(place)
    if (revision > this.#last[cell]) this.#last[cell] = revision
    this.#touches++
  }

  #cellOf(place: string): number {
    return hashOf(place) & (this.#last.length - 1)
  }

  /** Once as much was written as there are cells; what shared a cell has two that say the same. */
  #enlarge(): void {
    while (this.#touches >= this.#last.length && this.#last.length < CELLS_MAX) {
      const larger = new Float64Array(2 * this.#last.length)
      larger.set(this.#last)
      larger.set(this.#last, this.#last.length)
      this.#touches -= this.#last.length
      this.#last = larger
    }
  }
}

/** The high bits too: the low ones alone would choose the cells. */
function hashOf(text: string): number {
  const hash = fnv1a(text)
  return hash ^ (hash >>> 12)
}
