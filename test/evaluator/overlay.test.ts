// An overlay equals the graph with its relationships stored. This is tested through the port, over
// every kind of snapshot below, and on random worlds against the definition. The snapshot below
// neither changes nor grows by the overlay, and may grow beside it.

import t from 'tap'
import { check, NONE, overlay, type Snapshot } from '../../src/evaluator/index.js'
import { AdjacencyBuilder } from '../../src/replica/adjacencyBuilder.js'
import { Interner } from '../../src/replica/interner.js'
import { LayeredGraph } from '../../src/replica/layeredGraph.js'
import { ReplicaSnapshot } from '../../src/replica/replicaSnapshot.js'
import { atOnce } from '../../src/replica/steps.js'
import {
  checksum,
  limits,
  printIdentity,
  type Relationship,
  toRevision,
} from '../../src/terms/index.js'
import { agreeWithOracle, ask } from '../differential/suite.js'
import { describe } from '../replica/description.js'
import { snapshotOf } from '../replica/supplier.js'
import { TestSnapshot } from '../snapshot.js'
import { schemaOf, toItem, toRelationships } from '../world.js'
import { NOW } from './answer.js'

const SCHEMA = schemaOf(`
  use expiration
  caveat low(p int) { p < 10 }
  definition user {}
  definition group {
    relation member: user | group#member | user with low | user with expiration
  }
  definition folder {
    relation reader: user | group#member
    permission read = reader
  }
  definition doc {
    relation parent: folder
    relation reader: user | user:* | group#member | user with low | user with expiration
    relation banned: user | group#member
    permission read = (reader + parent->read) - banned
  }`)

const STORED = toRelationships(`
  doc:1#reader@user:ann doc:1#reader@group:eng#member doc:1#reader@user:bob[low]
  doc:1#banned@user:cat group:eng#member@user:bob group:eng#member@group:ops#member
  group:ops#member@user:cat doc:2#reader@user:ann`)

const ADDED = toRelationships(`
  doc:1#reader@user:ann[low:{"p":1}] doc:1#reader@group:new#member doc:1#reader@user:*
  group:new#member@user:dan group:eng#member@user:dan group:eng#member@group:ops#member
  doc:3#reader@user:ann doc:3#parent@folder:f folder:f#reader@group:eng#member
  doc:1#reader@user:bob[expiration:2020-01-01T00:00:00Z]`)

/** What there is when the added ones are touched. */
const TOUCHED = [
  ...new Map([...STORED, ...ADDED].map(each => [printIdentity(each), each])).values(),
]

const answer = (snapshot: Snapshot, question: string, context = {}): string => {
  const { depthMax, workMax } = limits
  return check(snapshot, SCHEMA, { ...toItem(question, context), now: NOW, depthMax, workMax })
    .verdict
}

t.test('an overlay shows the graph that touching its relationships would make', async t => {
  const expected = describe(new TestSnapshot(TOUCHED), TOUCHED)
  t.strictSame(describe(overlay(snapshotOf(STORED), SCHEMA, ADDED), TOUCHED), expected)
  t.strictSame(describe(overlay(new TestSnapshot(STORED), SCHEMA, ADDED), TOUCHED), expected)
  t.strictSame(describe(overlay(snapshotOf([]), SCHEMA, TOUCHED), TOUCHED), expected)
})

t.test('an overlay upon an overlay is one of both, the later one above', async t => {
  const below = overlay(snapshotOf(STORED), SCHEMA, ADDED.slice(0, 5))
  const both = overlay(below, SCHEMA, ADDED.slice(5))
  t.strictSame(describe(both, TOUCHED), describe(new TestSnapshot(TOUCHED), TOUCHED))
  const [first] = toRelationships('doc:1#reader@user:ann')
  const twice = overlay(overlay(snapshotOf([]), SCHEMA, ADDED), SCHEMA, [first])
  t.equal(answer(twice, 'doc:1#reader@user:ann'), 'yes')
})

t.test('a contextual relationship hides the stored one of its identity', async t => {
  const question = 'doc:1#reader@user:ann'
  const stored = snapshotOf(toRelationships('doc:1#reader@user:ann'))
  const over = (text: string): string =>
    answer(overlay(stored, SCHEMA, toRelationships(text)), question)
  t.equal(answer(stored, question), 'yes')
  t.equal(over('doc:1#reader@user:ann[low]'), 'conditional')
  t.equal(over('doc:1#reader@user:ann[low:{"p":11}]'), 'no')
  t.equal(over('doc:1#reader@user:ann[expiration:2020-01-01T00:00:00Z]'), 'no', 'expired')
  t.equal(over('doc:1#reader@user:bob'), 'yes', 'another identity hides nothing')
})

t.test('objects that nothing stored names are known in an overlay by themselves', async t => {
  const alone = overlay(snapshotOf([]), SCHEMA, ADDED)
  t.equal(answer(alone, 'doc:3#read@user:dan'), 'yes')
  t.equal(answer(alone, 'doc:3#read@user:eve'), 'no')
  t.equal(answer(alone, 'folder:f#read@group:eng#member'), 'yes')
  t.equal(answer(alone, 'doc:1#reader@user:eve'), 'yes', 'by the wildcard')
  t.equal(answer(alone, 'doc:9#read@user:eve'), 'no')
  const mixed = overlay(snapshotOf(STORED), SCHEMA, ADDED)
  t.equal(answer(mixed, 'doc:3#read@user:cat'), 'yes', 'own, stored, stored')
})

t.test('ids keep the order of their bytes across what is stored and what is not', async t => {
  const ids = ['a', 'b', 'é', '\u{1f600}', '\u{ffee}', 'ab']
  const texts = ids.map((id, place) => ({ id, text: `doc:${place}#reader@user:${id}` }))
  const [stored, added] = [0, 1].map(half =>
    toRelationships(
      texts
        .filter((_, place) => place % 2 === half)
        .map(({ text }) => text)
        .join(' '),
    ),
  )
  const snapshot = overlay(snapshotOf(stored), SCHEMA, added)
  const sorted = ids.toSorted((a, b) =>
    snapshot.compareIds(snapshot.object('user', a), snapshot.object('user', b)),
  )
  const byText = ids.toSorted((a, b) => snapshot.compareIdTo(snapshot.object('user', a), b))
  const expected = ids.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  t.strictSame(sorted, expected)
  t.strictSame(byText, expected)
})

t.test('the snapshot below an overlay is not changed by questions', async t => {
  const { interner, image: graph } = imageOf(STORED)
  const snapshot = new ReplicaSnapshot(graph, graph.revision)
  const before = [sizesOf(interner), describe(snapshot, TOUCHED)]
  for (let turn = 0; turn < 100; turn++) {
    const text = `doc:n${turn}#reader@user:n${turn} doc:1#parent@folder:n${turn}`
    const over = overlay(snapshot, SCHEMA, [...ADDED, ...toRelationships(text)])
    t.equal(answer(over, `doc:n${turn}#read@user:n${turn}`), 'yes')
  }
  t.strictSame([sizesOf(interner), describe(snapshot, TOUCHED)], before)
  t.equal(answer(snapshot, 'doc:1#reader@user:dan'), 'no')
  t.equal(snapshot.object('user', 'n1'), NONE)
})

t.test('the snapshot below may learn the same names while an overlay is in use', async t => {
  const { interner, image: graph } = imageOf(toRelationships('doc:1#reader@group:eng#member'))
  const over = overlay(new ReplicaSnapshot(graph, graph.revision), SCHEMA, ADDED)
  const words = [...TOUCHED, ...toRelationships('folder:f#reader@user:eve doc:7#parent@folder:g')]
  const before = describe(over, words)
  const later = toRevision(graph.revision + 1)
  // Kinds in another order than the overlay numbered them in, and the overlay's own objects.
  for (const each of words.toReversed()) graph.create(interner.add(each), later)
  t.strictSame(describe(over, words), before)
  t.equal(answer(over, 'doc:3#read@user:dan'), 'yes')
  t.equal(answer(over, 'doc:3#read@user:eve'), 'no', 'what came later is not of its revision')
  const newest = overlay(new ReplicaSnapshot(graph, later), SCHEMA, ADDED)
  t.equal(answer(newest, 'doc:3#read@user:eve'), 'yes')
})

t.test('schema indexes are kept as long as no new kinds appear', async t => {
  const { interner, image: graph } = imageOf(STORED)
  const snapshot = new ReplicaSnapshot(graph, graph.revision)
  const { kinds } = overlay(snapshot, SCHEMA, ADDED)
  t.equal(overlay(snapshot, SCHEMA, STORED).kinds, kinds)
  interner.add(toRelationships('folder:f#reader@user:ann')[0])
  t.not(overlay(snapshot, SCHEMA, STORED).kinds, kinds)
})

/** Some of the world's relationships are contextual: others for every question. */
const isContextual =
  (question: string) =>
  (relationship: Relationship): boolean =>
    Number.parseInt(checksum(question + printIdentity(relationship)), 36) % 7 < 3

t.test('contextual or stored, in any parts, a check gives what the definition gives', async t => {
  agreeWithOracle(t, (world, item) => {
    const contextual = isContextual(JSON.stringify(item))
    const added = world.relationships.filter(contextual)
    const stored = world.relationships.map(each => (contextual(each) ? outdated(each) : each))
    return ask(overlay(snapshotOf(stored), world.schema, added), world, item)
  })
})

/** As it may have been before it was touched. */
function outdated(relationship: Relationship): Relationship {
  const expiresAt = relationship.expiresAt === null ? NOW + 1 : null
  return { ...relationship, expiresAt }
}

t.test('all of a world contextual, a check gives what the definition gives', async t => {
  agreeWithOracle(t, (world, item) =>
    ask(overlay(snapshotOf([]), world.schema, world.relationships), world, item),
  )
})

t.test('contextual over what is loaded row by row, it ends as over the whole', async t => {
  agreeWithOracle(t, (world, item) => {
    const half = world.relationships.length >> 1
    const rows = new TestSnapshot(world.relationships.slice(half), { partial: true })
    for (;;) {
      const over = overlay(rows, world.schema, world.relationships.slice(0, half))
      const outcome = ask(over, world, item)
      if (outcome.verdict !== 'pending') return outcome
      if (rows.load() === 0) throw new Error('pending, but no row was asked for')
    }
  })
})

function imageOf(relationships: readonly Relationship[]) {
  const interner = new Interner()
  const builder = new AdjacencyBuilder()
  for (const each of relationships) builder.add(interner.add(each))
  return {
    interner,
    image: new LayeredGraph(interner, atOnce(builder.finish(interner.nodes.size)), toRevision(1)),
  }
}

const sizesOf = ({ objects, kinds, nodes, uses }: Interner): readonly number[] => [
  objects.size,
  objects.bytes,
  kinds.size,
  nodes.size,
  nodes.bytes,
  uses.bytes,
]
