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
    const { shared, places, marks, cache, name } = options
    const share: Save = (wants, rows) => shared?.put(wants, rows, marks)
    this.#shared = shared
    this.#local = new LocalRows({ cache, name, evidence: { places, marks }, renew: share })
    const chain = this.#throughRedis(this.#throughReplicas(timed(options), options), share, options)
    this.#source = coalescing(this.#counted(saving(chain, this.#local.keep)), places)
  }

  get counts(): RowCounts {
    const rejections = this.#shared?.rejections ?? null
    return { hits: this.#local.hits, ...this.#counts, rejections }
  }

  /** The row as of the revision, if it is at hand. */
  find(want: Fetch, revision: Revision): RelationshipList | undefined {
    return this.#local.find(want, revision)
  }

  /** A row for each want, in their order. @throws what the source throws */
  async load(wants: readonly Fetch[], revision: Revision): Promise<readonly RelationshipList[]> {
    const rows = await this.#source(wants, revision)
    assert(!rows.includes(null), 'the primary answers every want')
    return rows as readonly RelationshipList[]
  }

  #counted(next: RowSource): RowSource {
    return (wants, revision) => {
      this.#counts.batches++
      this.#counts.loaded += wants.length
      return next(wants, revision)
    }
  }

  #throughRedis(next: RowSource, share: Save, { shared, places, marks }: ChainOptions): RowSource {
    if (shared === null) return next
    return preferring(saving(next, share), {
      first: wants => shared.find(wants, marks),
      evidence: { places, marks },
      onFound: count => {
        this.#counts.shared += count
      },
      renew: share,
    })
  }

  /** What of them is old is shared as all that is read. */
  #throughReplicas(next: RowSource, { replicas, places, marks }: ChainOptions): RowSource {
    if (replicas === null) return next
    const evidence = { places, marks }
    return preferring(next, {
      first: (wants, revision) => replicas.find(wants, revision, evidence),
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
  return async (wants, revision) => {
    const begun = waitedMs()
    const rows = await source(wants, revision)
    shared.elsewhere(waitedMs() - begun)
    return rows
  }
}
