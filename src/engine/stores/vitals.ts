// The vital figures of an engine and a node for their operators, computed on request.

import { OnDemand, type RowCounts } from '../../rows/index.js'
import type { Revision } from '../../terms/index.js'
import type { CheckCounts, Engine } from '../engine.js'
import type { WriterCounts } from '../writer.js'

export interface Vitals {
  readonly mode: 'resident' | 'on-demand'
  /** The number of times the graph went from resident to on demand. */
  readonly changeovers: number
  /** Whether the graph is on demand because the memory for all graphs was short. */
  readonly isCrowdedOut: boolean
  /**
   * Whether the engine answers. It does not while its graph is rebuilt, or when history was lost.
   */
  readonly answers: boolean
  readonly head: Revision
  /** Whether the last look for changes failed. */
  readonly troubled: boolean
  /** The time since the graph was known to have every change, ms. */
  readonly stalenessMs: number
  /** The number of relationships; null if the graph is on demand, which does not count them. */
  readonly relationships: number | null
  /**
   * The memory by part, bytes. Empty if the graph is on demand, because rows are cached for all
   * stores together.
   */
  readonly bytes: Readonly<Record<string, number>>
  /** The counts of row reads; null if no row was ever read. */
  readonly rows: RowCounts | null
  readonly checks: CheckCounts
  readonly writer: WriterCounts
  readonly watchers: number
}

/** The figures of a node. */
export interface NodeVitals {
  /** The figures of the open stores, by name. */
  readonly stores: ReadonlyMap<string, Vitals>
  /** The memory of the cached rows of all stores, bytes. */
  readonly rowBytes: number
  /** The memory of all resident graphs and the room for them, bytes; Infinity for no bound. */
  readonly graphBytes: number
  readonly graphBytesMax: number
  /**
   * The number of times that a store was closed or changed over to make room for another's graph.
   */
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
  const isOnDemand = graph instanceof OnDemand
  return {
    mode: isOnDemand ? 'on-demand' : 'resident',
    changeovers,
    isCrowdedOut: isOnDemand && changeover?.cause === 'memory',
    answers: refusal === null,
    head: graph.head,
    troubled: live.trouble !== null,
    stalenessMs: live.stalenessMs,
    relationships: graph.size,
    bytes: isOnDemand ? {} : { ...graph.memory() },
    rows,
    checks,
    writer: writer.counts,
    watchers: recentChanges.watchers,
  }
}
