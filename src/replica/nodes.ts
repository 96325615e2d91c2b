// Nodes: the table (object, kind) ↔ dense number. An object has few nodes (`doc:1#viewer`,
// `doc:1#parent`, `doc:1` itself), so each object has a chain of its nodes. A chain takes two
// numbers a node where a hash table would need four. Nodes are never removed, but a compaction may
// copy those in use to a new table.

import { type KindId, NONE, type NodeId, type ObjectId } from '../evaluator/index.js'
import { assert } from '../terms/index.js'
import { CodeColumn, integers } from './column.js'
import { NODES_MAX } from './edge.js'

/** Bytes of a node, without the spare room of columns. */
export const NODE_BYTES = 10

export class Nodes {
  readonly #objects = integers()
  readonly #kinds = new CodeColumn()
  /** By node: the next node of the same object, plus one; zero at the end. */
  readonly #nexts = integers()
  /** By object: its newest node, plus one. */
  readonly #heads = integers()

  get size(): number {
    return this.#objects.length
  }

  get bytes(): number {
    return this.#objects.bytes + this.#kinds.bytes + this.#nexts.bytes + this.#heads.bytes
  }

  find(object: ObjectId, kind: KindId): NodeId {
    if (object >= this.#heads.length) return NONE
    const nexts = this.#nexts.cells
    const kinds = this.#kinds.cells
    let node = this.#heads.cells[object] - 1
    while (node !== NONE && kinds[node] !== kind) node = nexts[node] - 1
    return node as NodeId
  }

  add(object: ObjectId, kind: KindId): NodeId {
    const known = this.find(object, kind)
    if (known !== NONE) return known
    assert(this.size < NODES_MAX, `a replica holds at most ${NODES_MAX} nodes`)
    this.#heads.extend(object + 1)
    const node = this.#objects.push(object)
    this.#kinds.push(kind)
    this.#nexts.push(this.#heads.cells[object])
    this.#heads.cells[object] = node + 1
    return node as NodeId
  }

  objectOf(node: NodeId): ObjectId {
    return this.#objects.cells[node] as ObjectId
  }

  kindOf(node: NodeId): KindId {
    return this.#kinds.cells[node] as KindId
  }
}
