// Makes an adjacency: `add` each edge once, in any order, then `finish`. Sorting is by counting, so
// it takes a few passes over the edges and nothing else, however long a row is.

import { NONE } from '../evaluator/index.js'
import { assert } from '../terms/index.js'
import { Adjacency, allocate, type Sections, toCell, toSections } from './adjacency.js'
import { doubles, integers } from './column.js'
import { type Edge, type Entry, isObject, nodeOf } from './edge.js'

export class AdjacencyBuilder {
  readonly #resources = integers()
  readonly #subjects = integers()
  /** Edges that have a caveat or an expiration, by order of adding. */
  readonly #marked = integers()
  readonly #uses = integers()
  readonly #expiries = doubles()

  get size(): number {
    return this.#resources.length
  }

  add({ resource, subject, use, expiresAt }: Edge): void {
    const edge = this.#resources.push(resource)
    this.#subjects.push(subject)
    if (use === NONE && expiresAt === Number.POSITIVE_INFINITY) return
    this.#marked.push(edge)
    this.#uses.push(use)
    this.#expiries.push(expiresAt)
  }

  /** @param nodes how many there are; every edge is between two of them */
  finish(nodes: number): Adjacency {
    const edges = this.size
    const buffer = allocate({ nodes, edges, marked: this.#marked.length })
    const sections = toSections(buffer)
    const order = this.#order(nodes, sections.rows)
    this.#writeEdges(order, sections)
    const subjects = sections.cells.map(cell => nodeOf((cell >> 1) as Entry))
    sections.backEdges.set(sortBy(subjects, identity(edges), sections.backRows))
    return new Adjacency(buffer)
  }

  /** Edges by resource, then subject sets before objects, then subject; fills `rows`. */
  #order(nodes: number, rows: Int32Array): Int32Array {
    const subjects = this.#subjects.cells.subarray(0, this.size)
    const keys = subjects.map(entry => {
      const node = nodeOf(entry as Entry)
      return isObject(entry as Entry) ? nodes + node : node
    })
    const bySubject = sortBy(keys, identity(this.size), new Int32Array(2 * nodes + 1))
    return sortBy(this.#resources.cells, bySubject, rows)
  }

  #writeEdges(order: Int32Array, sections: Sections): void {
    const { cells, marked, uses, expiries } = sections
    const marks = this.#marks()
    const resources = this.#resources.cells
    let markedCount = 0
    for (let edge = 0; edge < order.length; edge++) {
      const source = order[edge]
      const entry = this.#subjects.cells[source] as Entry
      const mark = marks === null ? NONE : marks[source] - 1
      cells[edge] = toCell(entry, mark !== NONE)
      assert(
        edge === 0 ||
          cells[edge - 1] >> 1 !== entry ||
          resources[order[edge - 1]] !== resources[source],
        'a relationship is added once',
      )
      if (mark === NONE) continue
      marked[markedCount] = edge
      uses[markedCount] = this.#uses.cells[mark]
      expiries[markedCount++] = this.#expiries.cells[mark]
    }
  }

  /** By order of adding: the mark of each edge plus one, zero for plain ones; null for no marks. */
  #marks(): Int32Array | null {
    if (this.#marked.length === 0) return null
    const marks = new Int32Array(this.size)
    for (let mark = 0; mark < this.#marked.length; mark++) {
      marks[this.#marked.cells[mark]] = mark + 1
    }
    return marks
  }
}

const identity = (length: number): Int32Array => new Int32Array(length).map((_, i) => i)

/**
 * A stable counting sort: `order` by the key of each item. `starts` has a cell for each key and one
 * more; it is filled with where the items of each key begin.
 */
function sortBy(keys: Int32Array, order: Int32Array, starts: Int32Array): Int32Array {
  for (let i = 0; i < order.length; i++) starts[keys[order[i]] + 1]++
  for (let key = 1; key < starts.length; key++) starts[key] += starts[key - 1]
  const next = new Int32Array(starts)
  const sorted = new Int32Array(order.length)
  for (let i = 0; i < order.length; i++) sorted[next[keys[order[i]]]++] = order[i]
  return sorted
}
