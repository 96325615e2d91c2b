// How an engine is, in numbers, for those who run it: read when somebody asks, never kept.

import { OnDemand, type RowCounts } from '../../rows/index.js'
import type { Revision } from '../../terms/index.js'
import type { CheckCounts, Engine } from '../engine.js'
import type { WriterCounts } from '../writer.js'

export interface Vitals {
  readonly mode: 'resident' | 'on-demand'
  /** How often the graph came to be looked up, which was held. */
  readonly changeovers: number
  /** Whether it is looked up because the memory for all graphs was short. */
  readonly isCrowdedOut: boolean
  /** Whether it answers; it does not while its graph is built anew, or when history was lost. */
  readonly answers: boolean
  readonly head: Revision
  /** Whether the last look for changes failed. */
  readonly troubled: boolean
  /** How long ago the graph was known to be what the datastore has, ms. */
  readonly stalenessMs: number
  /** Null if they are looked up, and so not counted. */
  readonly relationships: number | null
  /** Of memory, by part; none if the graph is looked up, since rows are kept for all stores together. */
  readonly bytes: Readonly<Record<string, number>>
  /** Null if none was looked for. */
  readonly rows: RowCounts | null
  readonly checks: CheckCounts
  readonly writer: WriterCounts
  readonly watchers: number
}

/** Of a node. */
export interface NodeVitals {
  /** By the names of those that are open. */
  readonly stores: ReadonlyMap<string, Vitals>
  /** Of rows that are kept, of all stores. */
  readonly rowBytes: number
  /** Of all graphs that are held, and the room for them; Infinity for no bound. */
  readonly graphBytes: number
  readonly graphBytesMax: number
  /** How often a store was closed, or changed over, to make room for another's graph. */
  readonly evictions: number
}

export const NO_VITALS: NodeVitals = {
  stores: new Map(),
  rowBytes: 0,
  graphBytes: 0,
  graphBytesMax: Number.POSITIVE_INFINITY,
  evictions: 0,
}

export function vitalsOf({ live, recentChanges, writer, checks }: Engine): Vitals {
  const { graph, refusal, changeover, changeovers, rows } = live.state
  const lookedUp = graph instanceof OnDemand
  return {
    mode: lookedUp ? 'on-demand' : 'resident',
    changeovers,
    isCrowdedOut: lookedUp && changeover?.cause === 'memory',
    answers: refusal === null,
    head: graph.head,
    troubled: live.trouble !== null,
    stalenessMs: live.stalenessMs,
    relationships: graph.size,
    bytes: lookedUp ? {} : { ...graph.memory() },
    rows,
    checks,
    writer: writer.counts,
    watchers: recentChanges.watchers,
  }
}
