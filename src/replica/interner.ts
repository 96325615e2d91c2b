// The words of a graph as numbers: objects, kinds, nodes and caveat uses of every relationship that
// the replica has met. Numbers keep their meaning while the replica lives, across folds too, so
// whatever is removed from the graph keeps its few bytes here until the replica is built anew.

import { KindTable, type NodeId } from '../evaluator/index.js'
import type { Relationship } from '../terms/index.js'
import { CaveatUses } from './caveatUses.js'
import { type Edge, type Entry, toEntry } from './edge.js'
import { Nodes } from './nodes.js'
import { Objects } from './objects.js'

export class Interner {
  readonly objects = new Objects()
  readonly kinds = new KindTable()
  readonly nodes = new Nodes()
  readonly uses = new CaveatUses()

  /** The relationship in numbers; what is new among its words gets one. */
  add({ resource, relation, subject, caveat, expiresAt }: Relationship): Edge {
    return {
      resource: this.#node(resource.type, resource.id, relation),
      subject: toEntry(
        this.#node(subject.type, subject.id, subject.relation),
        subject.relation === '',
      ),
      use: this.uses.add(caveat),
      expiresAt: expiresAt ?? Number.POSITIVE_INFINITY,
    }
  }

  /** How rows know this node as a subject. */
  entryOf(node: NodeId): Entry {
    return toEntry(node, this.kinds.relationOf(this.nodes.kindOf(node)) === '')
  }

  #node(type: string, id: string, relation: string): NodeId {
    return this.nodes.add(this.objects.add(type, id), this.kinds.add(type, relation))
  }
}
