// A part of a relationship list as a working set holds it. Its edges have consecutive numbers, so
// an edge's number leads to its relationship. Nodes are numbered only when a walk asks for them,
// because most of a long list is only scanned.

import { type EdgeId, NONE, type NodeId } from '../evaluator/index.js'
import {
  compareTexts,
  type Fetch,
  type Position,
  type Relationship,
  type RelationshipList,
} from '../terms/index.js'

export class Chunk {
  readonly fetch: Fetch
  readonly row: RelationshipList
  /** The number of its first edge. */
  readonly first: number
  /** The working set's release count when the chunk was last used. */
  usedAt = 0
  /** The nodes that were numbered so far, by index in the list. */
  readonly resources: NodeId[] = []
  readonly subjects: NodeId[] = []

  constructor(fetch: Fetch, row: RelationshipList, first: number) {
    this.fetch = fetch
    this.row = row
    this.first = first
  }

  get size(): number {
    return this.row.relationships.length
  }

  edge(index: number): EdgeId {
    return (this.first + index) as EdgeId
  }

  at(edge: EdgeId): Relationship {
    return this.row.relationships[edge - this.first]
  }

  /** The far end of a relationship: its subject, or its userset if the list is of a subject. */
  position(index: number): Position {
    const { resource, relation, subject } = this.row.relationships[index]
    return this.fetch.kind === 'of' ? { ...resource, relation } : subject
  }

  /** Finds the edge that has this position at its far end. NONE if there is no such edge. */
  find(position: Position): EdgeId {
    let [from, end] = [0, this.size]
    while (from < end) {
      const middle = (from + end) >> 1
      const order = comparePositions(this.position(middle), position)
      if (order === 0) return this.edge(middle)
      if (order < 0) from = middle + 1
      else end = middle
    }
    return NONE
  }
}

/** The order of positions in a list. */
export const comparePositions = (a: Position, b: Position): number =>
  compareTexts(a.type, b.type) || compareTexts(a.id, b.id) || compareTexts(a.relation, b.relation)
