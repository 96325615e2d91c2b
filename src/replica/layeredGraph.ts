// The layered graph: an immutable base at one revision, and a delta with all that happened since.
// It answers as of any revision from the base's to the head. Changes are added to the delta in
// place, and each has its revision, so a snapshot is no more than a few references and a revision.
//
//   edge   0 to base.size - 1    an edge of the base
//          base.size and above   a version of the delta
//
// An edge id is valid for all snapshots of the same graph, for as long as they are kept.

import { NONE, type NodeId } from '../evaluator/index.js'
import type { Revision } from '../terms/index.js'
import type { Adjacency } from './adjacency.js'
import { Delta } from './delta.js'
import type { Edge, Ends, SubjectEntry } from './edge.js'
import type { Interner } from './interner.js'

export class LayeredGraph {
  readonly interner: Interner
  readonly base: Adjacency
  /** The base's revision. */
  readonly revision: Revision
  readonly delta = new Delta()

  constructor(interner: Interner, base: Adjacency, revision: Revision) {
    this.interner = interner
    this.base = base
    this.revision = revision
  }

  /** Number of edges at the head. */
  get size(): number {
    return this.base.size - this.delta.closings + this.delta.open
  }

  /** The edge as of a revision, which is the base's or later, or NONE. */
  find(resource: NodeId, subject: SubjectEntry, revision: Revision): number {
    const edge = this.base.find(resource, subject)
    if (edge !== NONE && revision < this.delta.closedAt(edge)) return edge
    const version = this.delta.find(resource, subject, revision)
    return version === NONE ? NONE : this.base.size + version
  }

  /** Adds an edge at the head. Returns false if it exists already. */
  create(edge: Edge, revision: Revision): boolean {
    if (this.find(edge.resource, edge.subject, revision) !== NONE) return false
    this.delta.add(edge, revision)
    return true
  }

  /** Ends an edge at the head. Returns false if it does not exist. */
  remove({ resource, subject }: Ends, revision: Revision): boolean {
    const edge = this.find(resource, subject, revision)
    if (edge === NONE) return false
    if (edge < this.base.size) this.delta.close(edge, revision)
    else this.delta.end(edge - this.base.size, revision)
    return true
  }
}
