// Compaction: the older half of a delta's events goes into a new base and the newer half into a new
// delta, so that the graph can still answer at revisions a little older than the head. It goes in
// steps, between which the old graph answers questions and takes changes. That is possible because
// the new base is of a fixed revision, about which nothing can change any more. At the end, all
// later events are carried over in their order until none is left. The old graph is not modified,
// since snapshots of it may still be in use.

import { NONE, type NodeId } from '../evaluator/index.js'
import type { Revision } from '../terms/index.js'
import type { Adjacency } from './adjacency.js'
import { AdjacencyBuilder } from './adjacencyBuilder.js'
import { unusedBytes } from './census.js'
import { OPEN } from './delta.js'
import type { Edge } from './edge.js'
import { LayeredGraph } from './layeredGraph.js'
import { Renumbering } from './renumbering.js'
import { inSteps, type Steps } from './steps.js'

/** Events that are carried over in one step. */
const CARRIED_PER_STEP = 256

interface CompactionOptions {
  /** Edges that had expired by then are dropped. Milliseconds since 1970. */
  readonly expiredBy: number
  /** Whether all names get new numbers, which drops those that no edge uses any more. */
  readonly renumbers: boolean
}

/** The result of a compaction. */
export interface Compacted {
  readonly graph: LayeredGraph
  /** Bytes of the interner's names that the new base does not use. */
  readonly unused: number
}

/**
 * Makes the same graph over a base at a later revision. The caller may change `graph` between the
 * steps; the result includes all of these changes.
 */
export function* compact(
  graph: LayeredGraph,
  { expiredBy, renumbers }: CompactionOptions,
): Steps<Compacted> {
  const revision = graph.delta.middle() ?? graph.revision
  const renumbering = renumbers ? new Renumbering(graph.interner) : null
  const usesKnown = graph.interner.uses.size
  const builder = new AdjacencyBuilder(graph.base.size + graph.delta.versions)
  yield* addVisible(graph, revision, edge => {
    if (edge.expiresAt > expiredBy) builder.add(renumbering?.edge(edge) ?? edge)
  })
  const interner = renumbering?.interner ?? graph.interner
  const base = yield* builder.finish(interner.nodes.size)
  const compacted = new LayeredGraph(interner, base, revision)
  const unused = renumbers ? 0 : yield* unusedBytes(compacted, usesKnown)
  const transfer = new EventTransfer(graph, compacted, renumbering)
  while (!transfer.isDoneAfterStep()) yield null
  return { graph: compacted, unused }
}

/** Calls `add` for every edge that is visible at `revision`. */
function* addVisible(
  { base, delta }: LayeredGraph,
  revision: Revision,
  add: (edge: Edge) => void,
): Steps<void> {
  let resource = 0 as NodeId
  yield* inSteps(base.size, (start, end) => {
    for (let edge = start; edge < end; edge++) {
      if (edge >= base.rowEnd(resource)) resource = nextRow(base, resource, edge)
      if (revision < delta.closedAt(edge)) add(base.edgeOf(resource, edge))
    }
  })
  yield* inSteps(delta.createdBy(revision), (start, end) => {
    for (let version = start; version < end; version++) {
      if (revision < delta.deletedOf(version)) add(delta.edgeOf(version))
    }
  })
}

/**
 * The row of the edge after the end of `row`: nearly always the next one, else it is searched for.
 */
function nextRow(base: Adjacency, row: NodeId, edge: number): NodeId {
  const next = (row + 1) as NodeId
  return edge < base.rowEnd(next) ? next : base.resourceOf(edge)
}

/**
 * The transfer of events after the new base's revision from the old graph to the new one. The old
 * delta has three lists, each in the order of events: versions created, versions ended, and base
 * edges closed. All three may grow between two steps.
 */
class EventTransfer {
  readonly #from: LayeredGraph
  readonly #to: LayeredGraph
  readonly #renumbering: Renumbering | null
  /** The first version that is not part of the new base. */
  readonly #first: number
  #version: number
  #ending = 0
  #closing = 0

  constructor(from: LayeredGraph, to: LayeredGraph, renumbering: Renumbering | null) {
    this.#from = from
    this.#to = to
    this.#renumbering = renumbering
    this.#first = from.delta.createdBy(to.revision)
    this.#version = this.#first
  }

  /** Carries some events over. Returns whether none is left. */
  isDoneAfterStep(): boolean {
    for (let carried = 0; carried < CARRIED_PER_STEP; carried++) {
      if (!this.#carryVersion() && !this.#carryEnd()) return true
    }
    return false
  }

  #carryVersion(): boolean {
    const { delta } = this.#from
    if (this.#version === delta.versions) return false
    const version = this.#version++
    this.#to.delta.add(this.#renumbered(delta.edgeOf(version)), delta.createdOf(version))
    return true
  }

  /** Carries the oldest remaining end of a version or base edge, once all versions are carried. */
  #carryEnd(): boolean {
    const { delta, base } = this.#from
    const version = this.#ending < delta.endings ? delta.endedVersion(this.#ending) : NONE
    const edge = this.#closing < delta.closings ? delta.closedEdge(this.#closing) : NONE
    if (version === NONE && edge === NONE) return false
    const ended = version === NONE ? OPEN : delta.deletedOf(version)
    const closed = edge === NONE ? OPEN : delta.closedAt(edge)
    if (ended <= closed) {
      this.#ending++
      this.#end(version, ended)
    } else {
      this.#closing++
      if (closed > this.#to.revision) {
        this.#close(base.edgeOf(base.resourceOf(edge), edge), closed)
      }
    }
    return true
  }

  #end(version: number, deleted: Revision): void {
    if (version >= this.#first) this.#to.delta.end(version - this.#first, deleted)
    else if (deleted > this.#to.revision) this.#close(this.#from.delta.edgeOf(version), deleted)
  }

  /** Closes the edge in the new base, unless it had expired and was dropped. */
  #close(edge: Edge, deleted: Revision): void {
    const { resource, subject } = this.#renumbered(edge)
    const position = this.#to.base.find(resource, subject)
    if (position !== NONE) this.#to.delta.close(position, deleted)
  }

  #renumbered(edge: Edge): Edge {
    return this.#renumbering?.edge(edge) ?? edge
  }
}
