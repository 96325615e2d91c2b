// The edges of a snapshot as relationships. An edge that the on-demand graph has not loaded yet
// makes every function throw Unloaded.

import {
  type EdgeId,
  NONE,
  type NodeId,
  type Snapshot,
  UNLOADED,
  Unloaded,
} from '../evaluator/index.js'
import type { ObjectReference, Relationship, SubjectReference } from '../terms/index.js'

/** The node of the object's relation, or of the object itself for the empty relation; or NONE. */
export function nodeOf(
  snapshot: Snapshot,
  { type, id }: ObjectReference,
  relation: string,
): NodeId {
  const object = snapshot.object(type, id)
  const kind = snapshot.kinds.find(type, relation)
  return object === NONE || kind === NONE ? NONE : snapshot.node(object, kind)
}

/** The edges from a userset to its subjects. */
export function* subjectEdges(
  snapshot: Snapshot,
  userset: NodeId,
  setsOnly: boolean,
): Generator<EdgeId> {
  if (userset === NONE) return
  let edge = loaded(snapshot.firstSubject(userset, setsOnly))
  for (; edge !== NONE; edge = loaded(snapshot.nextSubject(userset, edge, setsOnly))) yield edge
}

/** The edges to a subject from the usersets that name it. */
export function* resourceEdges(snapshot: Snapshot, subject: NodeId): Generator<EdgeId> {
  if (subject === NONE) return
  let edge = loaded(snapshot.firstResource(subject))
  for (; edge !== NONE; edge = loaded(snapshot.nextResource(subject, edge))) yield edge
}

/** The edge from one node to the other, or NONE. */
export const edgeBetween = (snapshot: Snapshot, from: NodeId, to: NodeId): EdgeId =>
  from === NONE || to === NONE ? NONE : loaded(snapshot.edge(from, to))

export function readEdge(snapshot: Snapshot, edge: EdgeId): Relationship {
  const { relation, ...resource } = toReference(snapshot, snapshot.resourceOf(edge))
  const expiresAt = snapshot.expiresAtOf(edge)
  return {
    resource,
    relation,
    subject: toReference(snapshot, snapshot.subjectOf(edge)),
    caveat: snapshot.caveatOf(edge),
    expiresAt: expiresAt === Number.POSITIVE_INFINITY ? null : expiresAt,
  }
}

function toReference(snapshot: Snapshot, node: NodeId): SubjectReference {
  const object = snapshot.objectOf(node)
  return {
    type: snapshot.typeOf(object),
    id: snapshot.idOf(object),
    relation: snapshot.kinds.relationOf(snapshot.kindOf(node)),
  }
}

function loaded(edge: EdgeId): EdgeId {
  if (edge === UNLOADED) throw new Unloaded()
  return edge
}
