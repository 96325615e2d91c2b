// The graph of a store that is too large to be held in memory. Each question is answered as of its
// revision from a working set of its own, over the rows that this node caches. The change feed
// brings the writes, so that this node knows which cached rows are still valid.

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
  /**
   * The revision up to which any userset may have been written to. It is the head, unless a part of
   * a later revision was missed.
   */
  readonly missed?: Revision
  /** The fingerprint of the head. Null if it is not known. */
  readonly fingerprint?: RevisionFingerprint | null
  /** The rows that nodes share, under names of this store only. Null for none. */
  readonly shared?: SharedRows | null
  /** The replicas of the database. Null for none. */
  readonly replicas?: ReplicaRows | null
  /**
   * The cache of rows, which holds them under the store's name. By default this graph has a cache
   * of its own.
   */
  readonly cache?: RowCache
  readonly name?: string
}

/** A graph whose rows are loaded as questions need them. */
export class OnDemand {
  /** The revision at which this graph began. It knows nothing of earlier ones. */
  readonly base: Revision
  /** The number of relationships, which is not known here. */
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

  /** The graph as of the revision. Null unless that lies between `base` and `head`. */
  at(revision: Revision): WorkingSet | null {
    return revision < this.base || revision > this.#head ? null : this.past(revision)
  }

  /** The graph as of any revision up to the head that the datastore still retains. */
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

  /** The revision from which on every write is known. */
  get since(): Revision {
    return this.#lastWrites.since
  }

  /**
   * Takes whole changes, in order, that lead up to `since`. Rows that other nodes have read at
   * these revisions can be verified from then on.
   * @throws Fault when the changes do not lead up to `since`
   */
  recall(changes: readonly Change[]): void {
    const [first, last] = [changes[0], changes[changes.length - 1]]
    assert(last?.revision === this.since, `what is recalled leads up to ${this.since}`)
    this.#lastWrites.recall(changes, toRevision(first.revision - 1))
    this.#fingerprints.recall(changes)
  }
}
