// The evaluator's `Snapshot` port over a layered graph, as of one revision. An edge of the base is
// visible until it is closed, a version of the delta from its creation until its deletion. Reading
// allocates nothing.

import {
  type CaveatUse,
  type EdgeId,
  type KindId,
  type Kinds,
  NONE,
  type NodeId,
  type ObjectId,
  type Snapshot,
} from '../evaluator/index.js'
import type { Revision } from '../terms/index.js'
import type { Adjacency } from './adjacency.js'
import type { Delta } from './delta.js'
import { isObject, nodeOf } from './edge.js'
import type { Interner } from './interner.js'
import type { LayeredGraph } from './layeredGraph.js'

export class ReplicaSnapshot implements Snapshot {
  readonly revision: Revision
  readonly #graph: LayeredGraph
  readonly #interner: Interner
  readonly #base: Adjacency
  readonly #delta: Delta

  /** @param revision a revision from the graph's base to its head */
  constructor(graph: LayeredGraph, revision: Revision) {
    this.revision = revision
    this.#graph = graph
    this.#interner = graph.interner
    this.#base = graph.base
    this.#delta = graph.delta
  }

  get kinds(): Kinds {
    return this.#interner.kinds
  }

  object(type: string, id: string): ObjectId {
    return this.#interner.objects.find(type, id)
  }

  node(object: ObjectId, kind: KindId): NodeId {
    return this.#interner.nodes.find(object, kind)
  }

  objectOf(node: NodeId): ObjectId {
    return this.#interner.nodes.objectOf(node)
  }

  kindOf(node: NodeId): KindId {
    return this.#interner.nodes.kindOf(node)
  }

  typeOf(object: ObjectId): string {
    return this.#interner.objects.typeOf(object)
  }

  idOf(object: ObjectId): string {
    return this.#interner.objects.idOf(object)
  }

  isWildcard(object: ObjectId): boolean {
    return this.#interner.objects.isWildcard(object)
  }

  compareIds(a: ObjectId, b: ObjectId): number {
    return this.#interner.objects.compareIds(a, b)
  }

  compareIdTo(object: ObjectId, id: string): number {
    return this.#interner.objects.compareIdTo(object, id)
  }

  edge(resource: NodeId, subject: NodeId): EdgeId {
    const entry = this.#interner.entryOf(subject)
    return this.#graph.find(resource, entry, this.revision) as EdgeId
  }

  firstSubject(resource: NodeId, setsOnly: boolean): EdgeId {
    return this.#subjectFrom(this.#base.rowStart(resource), resource, setsOnly)
  }

  nextSubject(resource: NodeId, edge: EdgeId, setsOnly: boolean): EdgeId {
    const version = edge - this.#base.size
    if (version < 0) return this.#subjectFrom(edge + 1, resource, setsOnly)
    return this.#toEdge(this.#delta.nextSubject(version, setsOnly, this.revision))
  }

  firstResource(subject: NodeId): EdgeId {
    return this.#resourceFrom(this.#base.backStart(subject), subject)
  }

  nextResource(subject: NodeId, edge: EdgeId): EdgeId {
    const version = edge - this.#base.size
    if (version < 0) return this.#resourceFrom(this.#base.backPosition(subject, edge) + 1, subject)
    return this.#toEdge(this.#delta.nextResource(version, this.revision))
  }

  resourceOf(edge: EdgeId): NodeId {
    const version = edge - this.#base.size
    return version < 0 ? this.#base.resourceOf(edge) : this.#delta.resourceOf(version)
  }

  subjectOf(edge: EdgeId): NodeId {
    const version = edge - this.#base.size
    return nodeOf(version < 0 ? this.#base.subjectOf(edge) : this.#delta.subjectOf(version))
  }

  caveatOf(edge: EdgeId): CaveatUse | null {
    const version = edge - this.#base.size
    const use = version < 0 ? this.#base.useOf(edge) : this.#delta.useOf(version)
    return this.#interner.uses.at(use)
  }

  expiresAtOf(edge: EdgeId): number {
    const version = edge - this.#base.size
    return version < 0 ? this.#base.expiresAtOf(edge) : this.#delta.expiresAtOf(version)
  }

  release(): void {}

  /** The first visible subject from the base edge `start` on. The delta's follow the base's. */
  #subjectFrom(start: number, resource: NodeId, setsOnly: boolean): EdgeId {
    const base = this.#base
    const end = base.rowEnd(resource)
    for (let edge = start; edge < end; edge++) {
      if (setsOnly && isObject(base.subjectOf(edge))) break
      if (this.#isVisible(edge)) return edge as EdgeId
    }
    return this.#toEdge(this.#delta.firstSubject(resource, setsOnly, this.revision))
  }

  #resourceFrom(start: number, subject: NodeId): EdgeId {
    const base = this.#base
    const end = base.backEnd(subject)
    for (let position = start; position < end; position++) {
      const edge = base.backEdge(position)
      if (this.#isVisible(edge)) return edge as EdgeId
    }
    return this.#toEdge(this.#delta.firstResource(subject, this.revision))
  }

  #isVisible(edge: number): boolean {
    return this.revision < this.#delta.closedAt(edge)
  }

  #toEdge(version: number): EdgeId {
    return version === NONE ? NONE : ((this.#base.size + version) as EdgeId)
  }
}
