// The interner of a graph: it numbers the objects, kinds, nodes and caveat uses of every
// relationship that the graph has had. A number keeps its meaning. So a removed relationship leaves
// a few bytes here, until a compaction moves the names that are still in use to a new interner.

import { KindTable, NONE, type NodeId } from '../evaluator/index.js'
import type { Relationship, RelationshipIdentity } from '../terms/index.js'
import { CaveatUses } from './caveatUses.js'
import { type Edge, type Ends, type SubjectEntry, toSubjectEntry } from './edge.js'
import { Nodes } from './nodes.js'
import { Objects } from './objects.js'

export class Interner {
  readonly objects = new Objects()
  readonly kinds = new KindTable()
  readonly nodes = new Nodes()
  readonly uses = new CaveatUses()

  get bytes(): number {
    return this.objects.bytes + this.nodes.bytes + this.uses.bytes
  }

  /** The relationship in numbers. Names that are new get one. */
  add({ resource, relation, subject, caveat, expiresAt }: Relationship): Edge {
    return {
      resource: this.#node(resource.type, resource.id, relation),
      subject: toSubjectEntry(
        this.#node(subject.type, subject.id, subject.relation),
        subject.relation === '',
      ),
      use: this.uses.add(caveat),
      expiresAt: expiresAt ?? Number.POSITIVE_INFINITY,
    }
  }

  /** The two ends of the relationship, or null when one of them has no number. Adds nothing. */
  find({ resource, relation, subject }: RelationshipIdentity): Ends | null {
    const from = this.#find(resource.type, resource.id, relation)
    const to = this.#find(subject.type, subject.id, subject.relation)
    if (from === NONE || to === NONE) return null
    return { resource: from, subject: toSubjectEntry(to, subject.relation === '') }
  }

  /** The entry of this node in rows, as a subject. */
  entryOf(node: NodeId): SubjectEntry {
    return toSubjectEntry(node, this.kinds.relationOf(this.nodes.kindOf(node)) === '')
  }

  #find(type: string, id: string, relation: string): NodeId {
    const object = this.objects.find(type, id)
    const kind = this.kinds.find(type, relation)
    return object === NONE || kind === NONE ? NONE : this.nodes.find(object, kind)
  }

  #node(type: string, id: string, relation: string): NodeId {
    return this.nodes.add(this.objects.add(type, id), this.kinds.add(type, relation))
  }
}
