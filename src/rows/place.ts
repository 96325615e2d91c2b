// What a working set knows of one place, a relation of an object: all of its subjects, or only some of
// them, its subject sets, and single relationships that were asked for.

import { type EdgeId, NONE, type NodeId, UNLOADED } from '../evaluator/index.js'

/** Edges in order. */
export interface Series {
  /** NONE past the last. */
  at(position: number): EdgeId
  /** The position behind an edge of the series. */
  after(edge: EdgeId): number
}

export function seriesOf(edges: readonly EdgeId[]): Series {
  const positions = new Map(edges.map((edge, position) => [edge, position]))
  return {
    at: position => edges[position] ?? NONE,
    after: edge => (positions.get(edge) ?? edges.length) + 1,
  }
}

export class Place {
  /** Subject sets before others. */
  all: Series | null = null
  sets: Series | null = null
  /** Whether there is more than its first subjects; null when they are not here. */
  isLarge: boolean | null = null
  readonly #bySubject = new Map<NodeId, EdgeId>()

  /** The edge, NONE, or UNLOADED when that is not known. */
  find(subject: NodeId): EdgeId {
    return this.#bySubject.get(subject) ?? (this.all === null ? UNLOADED : NONE)
  }

  takeOne(subject: NodeId, edge: EdgeId | undefined): void {
    this.#bySubject.set(subject, edge ?? NONE)
  }

  takeSets(edges: readonly EdgeId[]): void {
    this.sets = seriesOf(edges)
  }

  /** The first subjects, or all of them if there are no more. */
  takeFirst(found: readonly Known[], complete: boolean): void {
    for (const { subject, edge } of found) this.#bySubject.set(subject, edge)
    this.isLarge ??= !complete
    if (!complete) return
    const [sets, others] = [true, false].map(isSet => found.filter(each => each.isSet === isSet))
    this.all = seriesOf([...sets, ...others].map(({ edge }) => edge))
  }
}

export interface Known {
  readonly subject: NodeId
  readonly edge: EdgeId
  readonly isSet: boolean
}
