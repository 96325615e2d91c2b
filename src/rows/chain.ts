// The chain of sources that answers the fetches of one store's questions: this node's cache, the
// rows that nodes share in Redis, the replicas, and the primary. Each source is asked only for what
// the one before it lacks.

import { assert, type Fetch, type RelationshipList, type Revision } from '../terms/index.js'
import { coalescing } from './coalescing.js'
import type { Evidence } from './evidence.js'
import { LocalRows } from './localRows.js'
import { preferring } from './preferring.js'
import type { ReplicaRows } from './replicaRows.js'
import type { RowCache } from './rowCache.js'
import type { RowSource } from './rowSource.js'
import { type Save, saving } from './saving.js'
import type { RejectionCounts, SharedRows } from './sharedRows.js'
import { waitedMs } from './waited.js'

interface ChainOptions extends Evidence {
  /** The primary, which answers every fetch. */
  readonly source: RowSource
  /** The rows that nodes share, which are asked first. Null where nodes share nothing. */
  readonly shared: SharedRows | null
  /** The replicas, which are asked before the primary. Null where there are none. */
  readonly replicas: ReplicaRows | null
  readonly cache: RowCache
  /** The name of the store, which separates its rows from those of other stores in the cache. */
  readonly name: string
}

/** The number of rows that were needed, by where they were found. */
export interface RowCounts {
  /** Rows that this node's cache held when a question needed them. */
  readonly hits: number
  /** Batches of rows that the cache did not hold. */
  readonly batches: number
  /** Rows in those batches. */
  readonly loaded: number
  /** Rows of the batches that other nodes had shared. */
  readonly shared: number
  /** Rows of the batches that came from replicas. */
  readonly replicated: number
  /** Shared rows that were rejected, by the reason. Null where nodes share nothing. */
  readonly rejections: RejectionCounts | null
}

export class RowChain {
  readonly #local: LocalRows
  readonly #source: RowSource
  readonly #shared: SharedRows | null
  readonly #counts = { batches: 0, loaded: 0, shared: 0, replicated: 0 }

  constructor(options: ChainOptions) {
    const { shared, lastWrites, fingerprints, cache, name } = options
    const share: Save = (fetches, rows) => shared?.put(fetches, rows, fingerprints)
    this.#shared = shared
    this.#local = new LocalRows({
      cache,
      name,
      evidence: { lastWrites, fingerprints },
      renew: share,
    })
    const chain = this.#throughRedis(this.#throughReplicas(timed(options), options), share, options)
    this.#source = coalescing(this.#counted(saving(chain, this.#local.keep)), lastWrites)
  }

  get counts(): RowCounts {
    const rejections = this.#shared?.rejections ?? null
    return { hits: this.#local.hits, ...this.#counts, rejections }
  }

  /** Finds the row as of the revision in this node's cache. */
  find(fetch: Fetch, revision: Revision): RelationshipList | undefined {
    return this.#local.find(fetch, revision)
  }

  /** Returns a row for each fetch, in their order. @throws what the source throws */
  async load(fetches: readonly Fetch[], revision: Revision): Promise<readonly RelationshipList[]> {
    const rows = await this.#source(fetches, revision)
    assert(!rows.includes(null), 'the primary answers every fetch')
    return rows as readonly RelationshipList[]
  }

  #counted(next: RowSource): RowSource {
    return (fetches, revision) => {
      this.#counts.batches++
      this.#counts.loaded += fetches.length
      return next(fetches, revision)
    }
  }

  #throughRedis(
    next: RowSource,
    share: Save,
    { shared, lastWrites, fingerprints }: ChainOptions,
  ): RowSource {
    if (shared === null) return next
    return preferring(saving(next, share), {
      first: fetches => shared.find(fetches, fingerprints),
      evidence: { lastWrites, fingerprints },
      onFound: count => {
        this.#counts.shared += count
      },
      renew: share,
    })
  }

  /**
   * A renewed row is not shared here, since the caller shares every row that this source returns.
   */
  #throughReplicas(
    next: RowSource,
    { replicas, lastWrites, fingerprints }: ChainOptions,
  ): RowSource {
    if (replicas === null) return next
    const evidence = { lastWrites, fingerprints }
    return preferring(next, {
      first: (fetches, revision) => replicas.find(fetches, revision, evidence),
      evidence,
      onFound: count => {
        this.#counts.replicated += count
      },
      renew: () => {},
    })
  }
}

/**
 * Returns the primary, with its response times measured. A shared row that takes longer than the
 * primary does is of no use.
 */
function timed({ source, shared }: ChainOptions): RowSource {
  if (shared === null) return source
  return async (fetches, revision) => {
    const startedMs = waitedMs()
    const rows = await source(fetches, revision)
    shared.elsewhere(waitedMs() - startedMs)
    return rows
  }
}
