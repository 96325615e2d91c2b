// The revision of the last write to each userset and to each subject, as the change feed brings
// them, in a hash table of bounded size. Keys that share a cell count as written when any of them
// was. The table may therefore report a change that did not happen, but never misses one. So a row
// that nobody writes to stays valid through any number of other writes, except those that happen to
// share its cell.

import { type Change, fnv1a, printUserset, type Revision, subjectKey } from '../terms/index.js'

/** Cells of 8 bytes. With a million keys written, two of three rows are still known to be valid. */
const CELLS_MAX = 1 << 20
/** Cells of a store that nobody writes to. */
const CELLS_MIN = 1 << 12

export class LastWrites {
  /** The revision up to which anything may have been written. */
  #floor: Revision
  /** The revision after which writes are not known yet. */
  #head: Revision
  /** The revision of the last write, by cell. */
  #last = new Float64Array(CELLS_MIN)
  /** Writes since the table was last enlarged. */
  #touches = 0

  constructor(since: Revision) {
    this.#floor = since
    this.#head = since
  }

  /** Takes the changes that follow the head. */
  take(changes: readonly Change[]): void {
    for (const change of changes) {
      this.#touchAll(change)
      if (change.partial !== true) this.#head = change.revision
    }
    this.#enlarge()
  }

  /** The revision from which on every write is known. */
  get since(): Revision {
    return this.#floor
  }

  /** Takes the changes after `from`, up to `since`. */
  recall(changes: readonly Change[], from: Revision): void {
    for (const change of changes) this.#touchAll(change)
    this.#floor = from
    this.#enlarge()
  }

  /** Whether what was read under the key at one revision is known to be the same at the other. */
  same(key: string, a: Revision, b: Revision): boolean {
    if (a === b) return true
    const [earlier, later] = a < b ? [a, b] : [b, a]
    if (earlier < this.#floor || later > this.#head) return false
    return this.#last[this.#cellOf(key)] <= earlier
  }

  #touchAll({ revision, created, deleted }: Change): void {
    for (const relationships of [created, deleted]) {
      for (const { resource, relation, subject } of relationships) {
        this.#touch(printUserset({ resource, relation }), revision)
        this.#touch(subjectKey(subject), revision)
      }
    }
  }

  #touch(key: string, revision: Revision): void {
    const cell = this.#cellOf(key)
    if (revision > this.#last[cell]) this.#last[cell] = revision
    this.#touches++
  }

  #cellOf(key: string): number {
    return hashOf(key) & (this.#last.length - 1)
  }

  /**
   * Doubles the table once there were as many writes as cells. Both halves begin with the same
   * contents, as it is not known which keys have shared a cell.
   */
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

/** Mixes in the high bits, as the low ones alone would choose the cell. */
function hashOf(text: string): number {
  const hash = fnv1a(text)
  return hash ^ (hash >>> 12)
}
