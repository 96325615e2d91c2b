// Folding: the older half of what a delta holds goes into a new base, the younger half into a new
// delta, so that revisions a little older than the head can still be asked. The old image is left as
// it is, for those who still hold a snapshot of it. Building the base is nearly all of the time (a
// quarter of a second for a million edges); it reads flat buffers only, so a thread can do it.

import { NONE, type NodeId } from '../evaluator/index.js'
import type { Revision } from '../terms/index.js'
import type { Adjacency } from './adjacency.js'
import { AdjacencyBuilder } from './adjacencyBuilder.js'
import { OPEN } from './delta.js'
import type { Edge } from './edge.js'
import { Image } from './image.js'

/**
 * The same graph over a base at a later revision; the delta is not empty.
 * @param expiredBy ms since 1970; what had expired by then is left out for good
 */
export function fold(image: Image, expiredBy: number): Image {
  const revision = image.delta.middle()
  const base = toBase(image, revision, expiredBy)
  const folded = new Image(image.interner, base, revision)
  carryClosings(image, folded)
  carryVersions(image, folded)
  return folded
}

/** What is visible at `revision`. */
function toBase(
  { base, delta, interner }: Image,
  revision: Revision,
  expiredBy: number,
): Adjacency {
  const builder = new AdjacencyBuilder()
  const keep = (edge: Edge): void => {
    if (edge.expiresAt > expiredBy) builder.add(edge)
  }
  for (let resource = 0 as NodeId; resource < base.nodes; resource++) {
    const end = base.rowEnd(resource)
    for (let edge = base.rowStart(resource); edge < end; edge++) {
      if (revision < delta.closedAt(edge)) keep(base.edgeOf(resource, edge))
    }
  }
  for (let version = 0; version < delta.versions; version++) {
    const isVisible = delta.createdOf(version) <= revision && revision < delta.deletedOf(version)
    if (isVisible) keep(delta.edgeOf(version))
  }
  return builder.finish(interner.nodes.size)
}

/** Edges of the old base that are in the new one, and were closed later. */
function carryClosings({ base, delta }: Image, folded: Image): void {
  for (let closing = 0; closing < delta.closings; closing++) {
    const edge = delta.closedEdge(closing)
    const deleted = delta.closedAt(edge)
    if (deleted > folded.revision) {
      close(folded, base.edgeOf(base.resourceOf(edge), edge), deleted)
    }
  }
}

/** Versions that are younger than the new base, and the ends of those that went into it. */
function carryVersions({ delta }: Image, folded: Image): void {
  for (let version = 0; version < delta.versions; version++) {
    const edge = delta.edgeOf(version)
    const deleted = delta.deletedOf(version)
    if (delta.createdOf(version) > folded.revision) {
      const carried = folded.delta.add(edge, delta.createdOf(version))
      if (deleted < OPEN) folded.delta.end(carried, deleted)
    } else if (folded.revision < deleted && deleted < OPEN) {
      close(folded, edge, deleted)
    }
  }
}

/** The edge may have expired and been left out. */
function close({ base, delta }: Image, { resource, subject }: Edge, deleted: Revision): void {
  const edge = base.find(resource, subject)
  if (edge !== NONE) delta.close(edge, deleted)
}
