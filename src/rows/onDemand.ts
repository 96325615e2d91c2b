// The graph of a store that is too large to be held: it answers as of any revision from a working set
// of its own for each question, over the rows that this node keeps. The change feed tells it what is
// written, so that it knows which of those are still as they were.

import { OpenKindTable } from '../evaluator/index.js'
import {
  assert,
  type Change,
  limits,
  type Revision,
  type RevisionFingerprint,
  toRevision,
} from '../terms/index.js'
import { RowChain, type RowCounts } from './chain.js'
import { KnownFingerprints } from './knownFingerprints.js'
import { LastWrites } from './lastWrites.js'
import type { ReplicaRows } from './replicaRows.js'
import { RowCache } from './rowCache.js'
import type { RowSource } from './rowSource.js'
import type { SharedRows } from './sharedRows.js'
import { WorkingSet } from './workingSet.js'

interface OnDemandOptions {
  readonly source: RowSource
  /** Up to here anything may have been written to any place; the head, unless a part of more was missed. */
  readonly missed?: Revision
  /** Of the head; null when it is not known. */
  readonly fingerprint?: RevisionFingerprint | null
  /** Rows that nodes share, under names of this store only; null for none. */
  readonly shared?: SharedRows | null
  /** Of the database; null for none. */
  readonly replicas?: ReplicaRows | null
  /** Where rows are kept, under the store's name; one of its own, without. */
  readonly cache?: RowCache
  readonly name?: string
}

export class OnDemand {
  /** The revision that it began at; what happened before is not known to it. */
  readonly base: Revision
  /** Relationships are not counted here. */
  readonly size = null
  readonly #lastWrites: LastWrites
  readonly #fingerprints: KnownFingerprints
  readonly #rows: RowChain
  readonly #kinds = new OpenKindTable()
  #head: Revision

  constructor(
    head: Revision,
    { source, missed = head, fingerprint = null, shared = null, ...options }: OnDemandOptions,
  ) {
    this.base = head
    this.#head = head
    this.#lastWrites = new LastWrites(missed)
    this.#fingerprints = new KnownFingerprints(head, fingerprint)
    const { replicas = null, cache = new RowCache(limits.rowCacheBytesMax), name = '' } = options
    const [lastWrites, fingerprints] = [this.#lastWrites, this.#fingerprints]
    this.#rows = new RowChain({ source, shared, replicas, lastWrites, fingerprints, cache, name })
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
    for (const { revision, partial = false } of changes) {
      assert(
        revision === this.#head + 1,
        `changes come in order, but ${revision} after ${this.#head}`,
      )
      if (!partial) this.#head = revision
    }
    this.#lastWrites.take(changes)
    this.#fingerprints.take(changes)
  }

  /** From here on it knows of every write. */
  get since(): Revision {
    return this.#lastWrites.since
  }

  /**
   * Takes whole changes, in order, that lead up to there: what others have read in their time can be
   * believed too. @throws Fault when they do not
   */
  recall(changes: readonly Change[]): void {
    const [first, last] = [changes[0], changes[changes.length - 1]]
    assert(last?.revision === this.since, `what is recalled leads up to ${this.since}`)
    this.#lastWrites.recall(changes, toRevision(first.revision - 1))
    this.#fingerprints.recall(changes)
  }
}
