// Compaction: the older half of what a delta holds goes into a new base, the younger half into a new
// delta, so that revisions a little older than the head can still be asked. It goes in steps, between
// which the old image goes on answering and taking changes: the base is of a fixed revision, about
// which nothing can change any more, and what happened after it is carried over at the end, in the
// order in which it happened, until nothing is left. The old image is left as it is, for those who
// still hold a snapshot of it.

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

/** What happened after the base's revision and is carried over in one step. */
const CARRIED_STEP = 256

interface CompactionOptions {
  /** Ms since 1970; what had expired by then is left out for good. */
  readonly expiredBy: number
  /** Whether words get new numbers, so that those that nothing uses any more are let go. */
  readonly renumbers: boolean
}

export interface Compacted {
  readonly graph: LayeredGraph
  /** Of its words, what nothing in its base uses, bytes. */
  readonly unused: number
}

/**
 * The same graph over a base at a later revision. Changes may be made to `image` between the steps;
 * the result has all that were made before it was given.
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
  const carrying = new Carrying(graph, compacted, renumbering)
  while (!carrying.isDoneAfterStep()) yield null
  return { graph: compacted, unused }
}

/** Tells `add` of every edge that is visible at `revision`. */
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

/** The row that the edge begins, which is nearly always the next one: others are searched for. */
function nextRow(base: Adjacency, row: NodeId, edge: number): NodeId {
  const next = (row + 1) as NodeId
  return edge < base.rowEnd(next) ? next : base.resourceOf(edge)
}

/**
 * Tells a new image what happened in an old one after the new one's base. An old delta keeps three
 * lists, each in the order in which things happened: versions that began, versions that ended, and
 * base edges that were closed. All three may grow between two steps.
 */
class Carrying {
  readonly #from: LayeredGraph
  readonly #to: LayeredGraph
  readonly #renumbering: Renumbering | null
  /** Versions before it are part of the new base. */
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

  /** Carries some more; whether nothing is left. */
  isDoneAfterStep(): boolean {
    for (let carried = 0; carried < CARRIED_STEP; carried++) {
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

  /** The oldest end that is left, be it of a version or of a base edge; all versions are carried. */
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

  /** The edge may have expired and been left out. */
  #close(edge: Edge, deleted: Revision): void {
    const { resource, subject } = this.#renumbered(edge)
    const place = this.#to.base.find(resource, subject)
    if (place !== NONE) this.#to.delta.close(place, deleted)
  }

  #renumbered(edge: Edge): Edge {
    return this.#renumbering?.edge(edge) ?? edge
  }
}
