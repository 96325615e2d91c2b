// How the graph of a store begins: held as a whole if it may be and if it fits, else looked up. What
// it will take is claimed before it is loaded, by how many relationships there are; what it does take
// is held against that while it is loaded.

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

/** Held as a whole, or looked up; `auto`: held as long as it fits into the room for it. */
export type GraphMode = 'resident' | 'on-demand' | 'auto'

/** About what one takes in memory: to see beforehand whether a graph fits. */
const RELATIONSHIP_BYTES = 45

export interface LiveGraphOptions {
  readonly source: GraphSource
  /** The store's id, which tells its rows from those of other stores. */
  readonly store: StoreId
  /** Of the store, for people. */
  readonly name: string
  readonly mode: GraphMode
  /** Whether the mode was set for this store by its name, and is `resident`. */
  readonly isPinned: boolean
  /** Room for a graph, if its mode is `auto`. */
  readonly graphBytesMax: number
  /** Room for all graphs that the node holds. */
  readonly memory: GraphMemory
  /** Where long work takes turns. */
  readonly slices: Slices
  /** Of rows that nodes share; null for none. */
  readonly shared: SharedRows | null
  /** Of the database; null for none. */
  readonly replicas: ReplicaRows | null
  /** Of rows that this node keeps, of all stores. */
  readonly cache: RowCache
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

/** Why a graph that might be held is looked up: its own room was too small, or that of all graphs. */
export interface Obstacle {
  readonly cause: 'size' | 'memory'
  readonly reason: string
}

/** The same, and since when: milliseconds since 1970. */
export interface Changeover extends Obstacle {
  readonly at: number
}

/** A graph, and by which mark its head is known. */
export interface StartedGraph {
  readonly graph: Replica | OnDemand
  readonly fingerprint: RevisionFingerprint | null
  readonly changeover: Changeover | null
}

/** A graph that is being loaded is looked up instead. */
class DoesNotFit extends Error {
  override readonly name = 'DoesNotFit'
  readonly obstacle: Obstacle

  constructor(obstacle: Obstacle) {
    super(obstacle.reason)
    this.obstacle = obstacle
  }
}

/** The graph as of the head; it takes memory beside what its share has already. */
export async function begin(options: LiveGraphOptions, share: MemoryShare): Promise<StartedGraph> {
  const { source, mode, name, clock, memory } = options
  const start = await source.origin()
  const { revision: head, fingerprint } = start
  const lookUp = (changeover: Changeover | null): StartedGraph => {
    return {
      graph: toOnDemand(options, { head, missed: head, fingerprint }),
      fingerprint,
      changeover,
    }
  }
  if (mode === 'on-demand') return lookUp(null)
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
    return lookUp({ at: clock(), ...error.obstacle })
  }
}

/** @throws DoesNotFit before it is loaded, or when it turns out to be larger than it seemed */
async function load(
  options: LiveGraphOptions,
  share: MemoryShare,
  { revision, relationships }: NewestStart,
): Promise<Replica> {
  const { source, slices, store } = options
  const before = share.bytes
  const expected = Math.max(0, relationships)
  const hold = (bytes: number): void => {
    const obstacle = claim(options, share, bytes, before)
    if (obstacle?.cause === 'size') {
      const reason = `it would take more than ${toMiB(options.graphBytesMax)}`
      throw new DoesNotFit({ ...obstacle, reason })
    }
    if (obstacle !== null) throw new DoesNotFit(obstacle)
  }
  const estimate = expected * RELATIONSHIP_BYTES
  hold(estimate)
  return Replica.bootstrap(source.snapshot(revision), {
    expected,
    drive: work => slices.run(store, work),
    onBytes: bytes => {
      if (bytes > estimate) hold(bytes)
    },
  })
}

/** Claims so much for a graph, beside what its share has; null, or why it cannot have it. */
export function claim(
  { mode, graphBytesMax, memory, source }: LiveGraphOptions,
  share: MemoryShare,
  bytes: number,
  beside = 0,
): Obstacle | null {
  // What cannot be looked up has to be held.
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
  /** The last revision of which it is not told all. */
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

/** @throws Refusal `revision-unavailable` if the source gives only what is held */
function requireRows({ rows }: GraphSource): RowReads {
  if (rows !== null) return rows
  throw new Refusal(
    'revision-unavailable',
    'invalid revision: this node answers only from the revisions that it holds',
  )
}
