// The builder of an adjacency: `add` each edge once, in any order, then `finish`. It uses counting
// sorts, so it takes a fixed number of passes over the edges, however long a row is.

import { NONE } from '../evaluator/index.js'
import { assert } from '../terms/index.js'
import { Adjacency, allocate, type Sections, toCell, toSections } from './adjacency.js'
import { doubles, integers } from './column.js'
import { type Edge, isObject, nodeOf, type SubjectEntry } from './edge.js'
import { inSteps, type Steps } from './steps.js'

export class AdjacencyBuilder {
  readonly #resources = integers()
  readonly #subjects = integers()
  /** Edges that have a caveat or an expiration, in the order in which they were added. */
  readonly #marked = integers()
  readonly #uses = integers()
  readonly #expiries = doubles()

  /** @param expected approximate number of edges, for which room is reserved */
  constructor(expected = 0) {
    this.#resources.reserve(expected)
    this.#subjects.reserve(expected)
  }

  get size(): number {
    return this.#resources.length
  }

  get bytes(): number {
    const columns = [this.#resources, this.#subjects, this.#marked, this.#uses, this.#expiries]
    return columns.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  add({ resource, subject, use, expiresAt }: Edge): void {
    const edge = this.#resources.push(resource)
    this.#subjects.push(subject)
    if (use === NONE && expiresAt === Number.POSITIVE_INFINITY) return
    this.#marked.push(edge)
    this.#uses.push(use)
    this.#expiries.push(expiresAt)
  }

  /** @param nodes number of nodes; every edge is between two of them */
  *finish(nodes: number): Steps<Adjacency> {
    const buffer = allocate({ nodes, edges: this.size, marked: this.#marked.length })
    const sections = toSections(buffer)
    const order = yield* this.#order(nodes, sections.rows)
    yield* this.#writeEdges(order, sections)
    yield* writeBack(sections)
    return new Adjacency(buffer)
  }

  /** The edges by resource, then subject sets before objects, then subject. Fills `rows`. */
  *#order(nodes: number, rows: Int32Array): Steps<Int32Array> {
    const { size } = this
    const subjects = this.#subjects.cells
    const keys = new Int32Array(size)
    yield* inSteps(size, (start, end) => {
      for (let edge = start; edge < end; edge++) {
        const entry = subjects[edge] as SubjectEntry
        keys[edge] = isObject(entry) ? nodes + nodeOf(entry) : nodeOf(entry)
      }
    })
    const bySubject = new Int32Array(size)
    yield* sortBy(keys, null, { starts: new Int32Array(2 * nodes + 1), sorted: bySubject })
    const resources = this.#resources.cells.subarray(0, size)
    yield* sortBy(resources, bySubject, { starts: rows, sorted: keys })
    return keys
  }

  *#writeEdges(order: Int32Array, sections: Sections): Steps<void> {
    const { cells, marked, uses, expiries } = sections
    const marks = yield* this.#marks()
    const resources = this.#resources.cells
    const subjects = this.#subjects.cells
    let markedCount = 0
    yield* inSteps(order.length, (start, end) => {
      for (let edge = start; edge < end; edge++) {
        const source = order[edge]
        const entry = subjects[source] as SubjectEntry
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
    })
  }

  /**
   * By edge, in the order of adding: its position among the marked edges plus one, or zero for a
   * plain edge. Null when there are no marked edges.
   */
  *#marks(): Steps<Int32Array | null> {
    if (this.#marked.length === 0) return null
    const marks = new Int32Array(this.size)
    const marked = this.#marked.cells
    yield* inSteps(this.#marked.length, (start, end) => {
      for (let mark = start; mark < end; mark++) marks[marked[mark]] = mark + 1
    })
    return marks
  }
}

/** Writes the edges by subject, once the edges by resource are written. */
function* writeBack({ cells, backRows, backEdges }: Sections): Steps<void> {
  const subjects = new Int32Array(cells.length)
  yield* inSteps(cells.length, (start, end) => {
    for (let edge = start; edge < end; edge++)
      subjects[edge] = nodeOf((cells[edge] >> 1) as SubjectEntry)
  })
  yield* sortBy(subjects, null, { starts: backRows, sorted: backEdges })
}

/** The arrays that a sort fills. */
interface Sorted {
  /** A zero for each key and one more. The sort fills in where the items of each key begin. */
  readonly starts: Int32Array
  /** A cell for each item. The sort reads its input meanwhile, so this must be another array. */
  readonly sorted: Int32Array
}

/**
 * A stable counting sort by the key of each item. It sorts `order`, or all items if that is null.
 */
function* sortBy(
  keys: Int32Array,
  order: Int32Array | null,
  { starts, sorted }: Sorted,
): Steps<void> {
  const { length } = sorted
  yield* inSteps(length, (start, end) => {
    for (let item = start; item < end; item++) starts[keys[item]]++
  })
  let sum = 0
  yield* inSteps(starts.length, (start, end) => {
    for (let key = start; key < end; key++) {
      sum += starts[key]
      starts[key] = sum
    }
  })
  // Each cell holds the end of its key's items. Placing items from the last to the first moves it
  // to their beginning.
  yield* inSteps(length, (start, end) => {
    for (let position = length - 1 - start; position > length - 1 - end; position--) {
      const item = order === null ? position : order[position]
      starts[keys[item]]--
      sorted[starts[keys[item]]] = item
    }
  })
}
