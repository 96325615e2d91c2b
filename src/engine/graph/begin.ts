// The start of a store's graph: resident if it may be and fits, else on demand. Memory for a
// resident graph is claimed before loading, estimated by the number of relationships. While the
// graph loads, its true size is compared with that claim.

import { Replica } from '../../replica/index.js'
import { OnDemand, type ReplicaRows, type RowCache, type SharedRows } from '../../rows/index.js'
import {
  Refusal,
  type Revision,
  type RevisionFingerprint,
  type StoreId,
} from '../../terms/index.js'
import { publishNotice } from '../channels.js'
import type { GraphSource, NewestStart, RowReads } from './graphSource.js'
import { type GraphMemory, type MemoryShare, toMiB } from './memory.js'
import type { Slices } from './slices.js'

/**
 * The mode of a graph: resident in memory, on demand, or `auto`, which is resident as long as the
 * graph fits into its room.
 */
export type GraphMode = 'resident' | 'on-demand' | 'auto'

/** The estimated memory of a relationship, to see beforehand whether a graph fits. */
const RELATIONSHIP_BYTES = 45

export interface LiveGraphOptions {
  readonly source: GraphSource
  /** The store's id, which distinguishes its rows from those of other stores. */
  readonly store: StoreId
  /** The name of the store, for messages. */
  readonly name: string
  readonly mode: GraphMode
  /** Whether the configuration names this store and makes it `resident`. */
  readonly isPinned: boolean
  /** The room for this graph if its mode is `auto`, bytes. */
  readonly graphBytesMax: number
  /** The memory for all resident graphs of the node. */
  readonly memory: GraphMemory
  /** The runner of long work, which takes turns. */
  readonly slices: Slices
  /** The rows that nodes share; null for none. */
  readonly shared: SharedRows | null
  /** The rows of database replicas; null for none. */
  readonly replicas: ReplicaRows | null
  /** The cache of rows of all stores on this node. */
  readonly cache: RowCache
  /** The current time in ms since 1970. */
  readonly clock: () => number
}

/**
 * The reason why a graph is on demand rather than resident: its own room or that of all graphs was
 * too small.
 */
export interface Obstacle {
  readonly cause: 'size' | 'memory'
  readonly reason: string
}

/** An obstacle with the time since when the graph is on demand, ms since 1970. */
export interface Changeover extends Obstacle {
  readonly at: number
}

/** A graph with the fingerprint of its head. */
export interface StartedGraph {
  readonly graph: Replica | OnDemand
  readonly fingerprint: RevisionFingerprint | null
  readonly changeover: Changeover | null
}

/** The error that ends the loading of a graph which does not fit; the graph is then on demand. */
class DoesNotFit extends Error {
  override readonly name = 'DoesNotFit'
  readonly obstacle: Obstacle

  constructor(obstacle: Obstacle) {
    super(obstacle.reason)
    this.obstacle = obstacle
  }
}

/**
 * Starts the graph as of the head. Its memory is added to what its share has already, which is that
 * of the graph it replaces.
 */
export async function begin(options: LiveGraphOptions, share: MemoryShare): Promise<StartedGraph> {
  const { source, mode, name, clock, memory } = options
  const start = await source.origin()
  const { revision: head, fingerprint } = start
  const startOnDemand = (changeover: Changeover | null): StartedGraph => {
    return {
      graph: toOnDemand(options, { head, missed: head, fingerprint }),
      fingerprint,
      changeover,
    }
  }
  if (mode === 'on-demand') return startOnDemand(null)
  const before = share.bytes
  try {
    const graph = await load(options, share, start)
    memory.set(share, graph.bytes)
    return { graph, fingerprint, changeover: null }
  } catch (error) {
    memory.set(share, before)
    if (!(error instanceof DoesNotFit)) throw error
    const { cause, reason } = error.obstacle
    const isShort = cause === 'memory'
    publishNotice('graph', `the graph of ${name} is looked up on demand: ${reason}`, isShort)
    return startOnDemand({ at: clock(), ...error.obstacle })
  }
}

/**
 * Loads a resident graph.
 * @throws DoesNotFit before loading, or when the graph turns out to be larger than estimated
 */
async function load(
  options: LiveGraphOptions,
  share: MemoryShare,
  { revision, relationships }: NewestStart,
): Promise<Replica> {
  const { source, slices, store } = options
  const before = share.bytes
  const expected = Math.max(0, relationships)
  const claimOrThrow = (bytes: number): void => {
    const obstacle = claim(options, share, bytes, before)
    if (obstacle?.cause === 'size') {
      const reason = `it would take more than ${toMiB(options.graphBytesMax)}`
      throw new DoesNotFit({ ...obstacle, reason })
    }
    if (obstacle !== null) throw new DoesNotFit(obstacle)
  }
  const estimate = expected * RELATIONSHIP_BYTES
  claimOrThrow(estimate)
  return Replica.bootstrap(source.snapshot(revision), {
    expected,
    drive: work => slices.run(store, work),
    onBytes: bytes => {
      if (bytes > estimate) claimOrThrow(bytes)
    },
  })
}

/**
 * Claims memory for a graph beside what its share keeps.
 * @returns null, or why the graph cannot have it
 */
export function claim(
  { mode, graphBytesMax, memory, source }: LiveGraphOptions,
  share: MemoryShare,
  bytes: number,
  beside = 0,
): Obstacle | null {
  // A source without row reads cannot serve a graph on demand, so its graph always has to be
  // resident.
  if (source.rows === null) {
    memory.set(share, beside + bytes)
    return null
  }
  if (mode === 'auto' && bytes > graphBytesMax) {
    return { cause: 'size', reason: `it takes ${toMiB(bytes)} of ${toMiB(graphBytesMax)}` }
  }
  const reason = memory.claim(share, beside + bytes)
  return reason === null ? null : { cause: 'memory', reason }
}

interface GraphPosition {
  readonly head: Revision
  /** The last revision of which the graph does not get the whole change. */
  readonly missed: Revision
  readonly fingerprint: RevisionFingerprint | null
}

export function toOnDemand(
  options: LiveGraphOptions,
  { head, missed, fingerprint }: GraphPosition,
): OnDemand {
  const { shared, replicas, cache, store } = options
  const { read } = requireRows(options.source)
  return new OnDemand(head, {
    source: read,
    missed,
    fingerprint,
    shared,
    replicas,
    cache,
    name: store,
  })
}

/**
 * Requires a source that reads rows.
 * @throws Refusal `revision-unavailable` if the source cannot read past revisions
 */
function requireRows({ rows }: GraphSource): RowReads {
  if (rows !== null) return rows
  throw new Refusal(
    'revision-unavailable',
    'invalid revision: this node answers only from the revisions that it holds',
  )
}
