// New numbers for the words of a graph, given as edges are told in the old ones: what no edge names
// gets none, and is gone with the old numbers. The new numbers are of another image: who holds a
// snapshot of the old one keeps the old numbers with it.

import type { KindId, NodeId, ObjectId } from '../evaluator/index.js'
import { integers } from './column.js'
import { type Edge, isObject, nodeOf, toSubjectEntry } from './edge.js'
import { Interner } from './interner.js'

export class Renumbering {
  readonly interner = new Interner()
  readonly #from: Interner
  /** By the old number: the new one plus one, zero for none yet. */
  readonly #objects = integers()
  readonly #nodes = integers()
  readonly #kinds = integers()
  readonly #uses = integers()

  constructor(from: Interner) {
    this.#from = from
    // The old words grow meanwhile; with room to spare they are not copied for that.
    this.#objects.reserve(roomFor(from.objects.size))
    this.#nodes.reserve(roomFor(from.nodes.size))
  }

  edge({ resource, subject, use, expiresAt }: Edge): Edge {
    return {
      resource: this.#node(resource),
      subject: toSubjectEntry(this.#node(nodeOf(subject)), isObject(subject)),
      use: this.#use(use),
      expiresAt,
    }
  }

  #node(node: NodeId): NodeId {
    this.#nodes.extend(node + 1)
    const known = this.#nodes.cells[node]
    if (known !== 0) return (known - 1) as NodeId
    const { nodes } = this.#from
    const object = this.#object(nodes.objectOf(node))
    const renumbered = this.interner.nodes.add(object, this.#kind(nodes.kindOf(node)))
    this.#nodes.cells[node] = renumbered + 1
    return renumbered
  }

  #object(object: ObjectId): ObjectId {
    this.#objects.extend(object + 1)
    const known = this.#objects.cells[object]
    if (known !== 0) return (known - 1) as ObjectId
    const renumbered = this.interner.objects.addFrom(this.#from.objects, object)
    this.#objects.cells[object] = renumbered + 1
    return renumbered
  }

  #kind(kind: KindId): KindId {
    this.#kinds.extend(kind + 1)
    const known = this.#kinds.cells[kind]
    if (known !== 0) return (known - 1) as KindId
    const { kinds } = this.#from
    const renumbered = this.interner.kinds.add(kinds.typeOf(kind), kinds.relationOf(kind))
    this.#kinds.cells[kind] = renumbered + 1
    return renumbered
  }

  #use(use: number): number {
    if (use < 0) return use
    this.#uses.extend(use + 1)
    const known = this.#uses.cells[use]
    if (known !== 0) return known - 1
    const renumbered = this.interner.uses.addFrom(this.#from.uses, use)
    this.#uses.cells[use] = renumbered + 1
    return renumbered
  }
}

const roomFor = (size: number): number => Math.ceil(size * 1.25)
