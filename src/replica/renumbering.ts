// Renumbering: new numbers for the names of a graph, assigned as edges are translated from the old
// numbers. Names that no edge uses get no number and disappear with the old interner. The new
// numbers belong to a new graph; a snapshot of the old graph keeps the old interner and its
// numbers.

import type { KindId, NodeId, ObjectId } from '../evaluator/index.js'
import { integers } from './column.js'
import { type Edge, isObject, nodeOf, toSubjectEntry } from './edge.js'
import { Interner } from './interner.js'

export class Renumbering {
  readonly interner = new Interner()
  readonly #from: Interner
  /** New number plus one by the old number; zero for none yet. The same holds for all four. */
  readonly #objects = integers()
  readonly #nodes = integers()
  readonly #kinds = integers()
  readonly #uses = integers()

  constructor(from: Interner) {
    this.#from = from
    // The old interner grows meanwhile. Spare room avoids copying these columns for that.
    this.#objects.reserve(roomFor(from.objects.size))
    this.#nodes.reserve(roomFor(from.nodes.size))
  }

  /** The edge in the new numbers. */
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
