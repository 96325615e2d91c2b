import fc from 'fast-check'
import t from 'tap'
import { NONE, type NodeId } from '../../src/evaluator/index.js'
import { Adjacency } from '../../src/replica/adjacency.js'
import { AdjacencyBuilder } from '../../src/replica/adjacencyBuilder.js'
import { type Edge, isObject, nodeOf, toSubjectEntry } from '../../src/replica/edge.js'
import { atOnce } from '../../src/replica/steps.js'
import { Fault } from '../../src/terms/index.js'

const NODES = 9

const edge = fc
  .record({
    resource: fc.nat(NODES - 1),
    subject: fc.nat(NODES - 1),
    isObject: fc.boolean(),
    use: fc.constantFrom(NONE, NONE, 0, 5),
    expiresAt: fc.constantFrom(Number.POSITIVE_INFINITY, 1e12, 1.5e12),
  })
  .map(each => ({
    ...each,
    resource: each.resource as NodeId,
    subject: toSubjectEntry(each.subject as NodeId, each.isObject),
  }))

const edges = fc.uniqueArray(edge, { selector: each => `${each.resource} ${each.subject}` })

const build = (list: readonly Edge[], nodes = NODES): Adjacency => {
  const builder = new AdjacencyBuilder()
  for (const each of list) builder.add(each)
  return atOnce(builder.finish(nodes))
}

const isOrdered = (values: readonly number[]): boolean =>
  values.every((value, i) => i === 0 || values[i - 1] < value)

const plain = (resource: number, subject: number): Edge => ({
  resource: resource as NodeId,
  subject: toSubjectEntry(subject as NodeId, true),
  use: NONE,
  expiresAt: Number.POSITIVE_INFINITY,
})

/** The edges of the rows from node to node, as they were added. */
function rowsOf(adjacency: Adjacency, resource: NodeId): Edge[] {
  const found: Edge[] = []
  for (let at = adjacency.rowStart(resource); at < adjacency.rowEnd(resource); at++) {
    found.push(adjacency.edgeOf(resource, at))
  }
  return found
}

t.test('an adjacency holds each edge once, with its traits, in both directions', async t => {
  const property = fc.property(edges, list => {
    const adjacency = build(list)
    const places = list.map(({ resource, subject }) => adjacency.find(resource, subject))
    const back = list.map((each, i) => {
      const place = adjacency.backPosition(nodeOf(each.subject), places[i])
      return adjacency.backEdge(place) === places[i]
    })
    return (
      adjacency.size === list.length &&
      new Set(places).size === list.length &&
      back.every(Boolean) &&
      list.every((each, i) => {
        const { resource, subject, use, expiresAt } = adjacency.edgeOf(
          adjacency.resourceOf(places[i]),
          places[i],
        )
        return (
          resource === each.resource &&
          subject === each.subject &&
          use === each.use &&
          expiresAt === each.expiresAt
        )
      })
    )
  })
  fc.assert(property)
  t.pass('for any edges')
})

t.test('a row lists subject sets first, each part by node', async t => {
  const property = fc.property(edges, list => {
    const adjacency = build(list)
    return Array.from({ length: NODES }, (_, node) => node as NodeId).every(resource => {
      const row = rowsOf(adjacency, resource).map(each => each.subject)
      const sets = row.filter(each => !isObject(each))
      const objects = row.filter(isObject)
      return (
        row.length === list.filter(each => each.resource === resource).length &&
        JSON.stringify(row) === JSON.stringify([...sets, ...objects]) &&
        isOrdered(sets) &&
        isOrdered(objects)
      )
    })
  })
  fc.assert(property)
  t.pass('for any edges')
})

t.test('edges that were never added are not found, nor those of newer nodes', async t => {
  const adjacency = build([plain(0, 1), plain(0, 3), plain(2, 1)])
  t.equal(adjacency.find(0 as NodeId, toSubjectEntry(2 as NodeId, true)), NONE)
  t.equal(
    adjacency.find(0 as NodeId, toSubjectEntry(1 as NodeId, false)),
    NONE,
    'not as a subject set',
  )
  t.equal(adjacency.find(1 as NodeId, toSubjectEntry(1 as NodeId, true)), NONE)
  t.equal(adjacency.find(99 as NodeId, toSubjectEntry(1 as NodeId, true)), NONE)
  t.strictSame(rowsOf(adjacency, 99 as NodeId), [])
  t.equal(adjacency.backStart(99 as NodeId), adjacency.backEnd(99 as NodeId))
})

t.test('the buffer describes itself', async t => {
  const list = [plain(0, 1), { ...plain(0, 3), use: 4 }, { ...plain(2, 1), expiresAt: 1e12 }]
  const built = build(list)
  const read = new Adjacency(built.buffer)
  t.equal(read.size, 3)
  t.strictSame(rowsOf(read, 0 as NodeId), list.slice(0, 2))
  t.strictSame(rowsOf(read, 2 as NodeId), list.slice(2))
})

t.test('a plain edge costs eight bytes, and a node eight', async t => {
  const bytes = (count: number, nodes: number): number =>
    build(
      Array.from({ length: count }, (_, i) => plain(i % 10, i)),
      nodes,
    ).buffer.byteLength
  t.equal(bytes(1000, 2000) - bytes(900, 2000), 800)
  t.equal(bytes(900, 2000) - bytes(900, 1900), 800)
})

t.test('an edge that is added twice is a fault', async t => {
  t.throws(() => build([plain(0, 1), plain(2, 1), plain(0, 1)]), Fault)
})
