// Where rows come from, in one place: what this node keeps, what others have shared, replicas, and else
// the primary; all that one question needs in one batch.

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
  /** The primary: it has an answer to every want. */
  readonly source: RowSource
  /** Looked at first; null where nodes share nothing. */
  readonly shared: SharedRows | null
  /** Asked before the source; null where there are none. */
  readonly replicas: ReplicaRows | null
  readonly cache: RowCache
  /** Of the store, by which its rows are told from others' in the cache. */
  readonly name: string
}

/** How often rows were looked for, and where they were found. */
export interface RowCounts {
  /** At hand, when a question asked. */
  readonly hits: number
  /** Batches of what was not. */
  readonly batches: number
  /** Rows in those. */
  readonly loaded: number
  /** Of which others had read them. */
  readonly shared: number
  /** Of which came from replicas. */
  readonly replicated: number
  /** What others had shared and was not believed, by why; null where nodes share nothing. */
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

  /** The row as of the revision, if it is at hand. */
  find(fetch: Fetch, revision: Revision): RelationshipList | undefined {
    return this.#local.find(fetch, revision)
  }

  /** A row for each want, in their order. @throws what the source throws */
  async load(fetches: readonly Fetch[], revision: Revision): Promise<readonly RelationshipList[]> {
    const rows = await this.#source(fetches, revision)
    assert(!rows.includes(null), 'the primary answers every want')
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

  /** What of them is old is shared as all that is read. */
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

/** The primary; it is told how long it was waited for, so that what is slower is of no use. */
function timed({ source, shared }: ChainOptions): RowSource {
  if (shared === null) return source
  return async (fetches, revision) => {
    const begun = waitedMs()
    const rows = await source(fetches, revision)
    shared.elsewhere(waitedMs() - begun)
    return rows
  }
}
