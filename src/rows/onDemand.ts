// The graph of a store that is too large to be held: it answers as of any revision from a working set
// of its own for each question, over the rows that this node keeps. The change feed tells it what is
// written, so that it knows which of those are still as they were.

import { assert, type Change, limits, type Revision } from '../terms/index.js'
import { KindTable } from './kindTable.js'
import { type RowCounts, type RowSource, Rows } from './loader.js'
import { Places } from './places.js'
import { RowCache } from './rowCache.js'
import type { SharedRows } from './sharedRows.js'
import { WorkingSet } from './workingSet.js'

export interface OnDemandOptions {
  readonly source: RowSource
  /** Up to here anything may have been written to any place; the head, unless a part of more was missed. */
  readonly missed?: Revision
  /** Rows that nodes share, under names of this store only; null for none. */
  readonly shared?: SharedRows | null
  /** Where rows are kept, under the store's name; one of its own, without. */
  readonly cache?: RowCache
  readonly name?: string
}

export class OnDemand {
  /** The revision that it began at; what happened before is not known to it. */
  readonly base: Revision
  /** Relationships are not counted here. */
  readonly size = null
  readonly #places: Places
  readonly #rows: Rows
  readonly #kinds = new KindTable()
  #head: Revision

  constructor(
    head: Revision,
    { source, missed = head, shared = null, ...options }: OnDemandOptions,
  ) {
    this.base = head
    this.#head = head
    this.#places = new Places(missed)
    const { cache = new RowCache(limits.rowCacheBytesMax), name = '' } = options
    this.#rows = new Rows({ source, shared, places: this.#places, cache, name })
  }

  get head(): Revision {
    return this.#head
  }

  get counts(): RowCounts {
    return this.#rows.counts
  }

  /** Null unless it is from `base` to `head`. */
  at(revision: Revision): WorkingSet | null {
    return revision < this.base || revision > this.#head ? null : this.past(revision)
  }

  /** As of any revision up to the head that the datastore still has. */
  past(revision: Revision): WorkingSet {
    return new WorkingSet({ revision, kinds: this.#kinds, rows: this.#rows })
  }

  /** Takes the changes that follow the head, in order. @throws Fault on a gap or a repetition */
  apply(changes: readonly Change[]): void {
    for (const { revision, goesOn = false } of changes) {
      assert(
        revision === this.#head + 1,
        `changes come in order, but ${revision} after ${this.#head}`,
      )
      if (!goesOn) this.#head = revision
    }
    this.#places.take(changes)
  }
}
