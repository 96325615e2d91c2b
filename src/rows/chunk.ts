// A row that a working set has taken: some relationships of a list, whose edges are numbered one after
// another from a number that is its own. Nodes are made of them as they are asked for: most of a long
// list is only looked at.

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
  /** Of its first edge. */
  readonly first: number
  /** When it was last looked at, by the working set's count. */
  seen = 0
  /** By place, as far as they were made. */
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

  edge(place: number): EdgeId {
    return (this.first + place) as EdgeId
  }

  at(edge: EdgeId): Relationship {
    return this.row.relationships[edge - this.first]
  }

  /** What stands at the far end of a relationship of the list. */
  position(place: number): Position {
    const { resource, relation, subject } = this.row.relationships[place]
    return this.fetch.kind === 'of' ? { ...resource, relation } : subject
  }

  /** The edge with this at its far end, or NONE. */
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

/** As lists are ordered. */
export const comparePositions = (a: Position, b: Position): number =>
  compareTexts(a.type, b.type) || compareTexts(a.id, b.id) || compareTexts(a.relation, b.relation)
