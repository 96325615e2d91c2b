// The description of a snapshot: a text of all that it answers about the edges between given nodes.
// Numbers and the order of listing do not show, so equal descriptions mean equal graphs.

import { type EdgeId, NONE, type NodeId, type Snapshot } from '../../src/evaluator/index.js'
import {
  printIdentity,
  printRelationship,
  printSubject,
  type RelationshipIdentity,
  type SubjectReference,
} from '../../src/terms/index.js'

/** The description of the identities, their resources and their subjects in `snapshot`. */
export function describe(
  snapshot: Snapshot,
  identities: readonly RelationshipIdentity[],
): readonly string[] {
  const lines = identities.map(identity => {
    const resource = nodeOf(snapshot, toRow(identity))
    const subject = nodeOf(snapshot, identity.subject)
    const edge = resource === NONE || subject === NONE ? NONE : snapshot.edge(resource, subject)
    return `edge ${printIdentity(identity)} is ${edge === NONE ? 'none' : printEdge(snapshot, edge)}`
  })
  for (const row of distinct(identities.map(toRow))) {
    lines.push(`subjects of ${printSubject(row)}: ${subjects(snapshot, row, false)}`)
    lines.push(`sets of ${printSubject(row)}: ${subjects(snapshot, row, true)}`)
  }
  for (const subject of distinct(identities.map(identity => identity.subject))) {
    lines.push(`rows with ${printSubject(subject)}: ${resources(snapshot, subject)}`)
  }
  return lines
}

const toRow = ({ resource, relation }: RelationshipIdentity): SubjectReference => ({
  ...resource,
  relation,
})

const distinct = (references: readonly SubjectReference[]): readonly SubjectReference[] => [
  ...new Map(references.map(each => [printSubject(each), each])).values(),
]

function nodeOf(snapshot: Snapshot, { type, id, relation }: SubjectReference): NodeId {
  const object = snapshot.object(type, id)
  const kind = snapshot.kinds.find(type, relation)
  return object === NONE || kind === NONE ? NONE : snapshot.node(object, kind)
}

function subjects(snapshot: Snapshot, row: SubjectReference, setsOnly: boolean): string {
  const node = nodeOf(snapshot, row)
  if (node === NONE) return ''
  const found: string[] = []
  let edge = snapshot.firstSubject(node, setsOnly)
  while (edge !== NONE) {
    found.push(printEdge(snapshot, edge))
    edge = snapshot.nextSubject(node, edge, setsOnly)
  }
  return found.sort().join(' ')
}

function resources(snapshot: Snapshot, subject: SubjectReference): string {
  const node = nodeOf(snapshot, subject)
  if (node === NONE) return ''
  const found: string[] = []
  let edge = snapshot.firstResource(node)
  while (edge !== NONE) {
    found.push(printEdge(snapshot, edge))
    edge = snapshot.nextResource(node, edge)
  }
  return found.sort().join(' ')
}

function printEdge(snapshot: Snapshot, edge: EdgeId): string {
  const { relation, ...resource } = toReference(snapshot, snapshot.resourceOf(edge))
  const subject = toReference(snapshot, snapshot.subjectOf(edge))
  const expiresAt = snapshot.expiresAtOf(edge)
  return printRelationship({
    resource,
    relation,
    subject,
    caveat: snapshot.caveatOf(edge),
    expiresAt: expiresAt === Number.POSITIVE_INFINITY ? null : expiresAt,
  })
}

function toReference(snapshot: Snapshot, node: NodeId): SubjectReference {
  const object = snapshot.objectOf(node)
  const type = snapshot.typeOf(object)
  const id = snapshot.isWildcard(object) ? '*' : snapshot.idOf(object)
  return { type, id, relation: snapshot.kinds.relationOf(snapshot.kindOf(node)) }
}
