import t from 'tap'
import { Replica } from '../../src/replica/index.js'
import { atOnce } from '../../src/replica/steps.js'
import {
  Fault,
  limits,
  NO_NOTE,
  parseRelationship,
  printRelationship,
  type Relationship,
  toRevision,
} from '../../src/terms/index.js'
import { describe } from './description.js'
import { BASE, replicaOf, toChange } from './supplier.js'

const ANN = parseRelationship('doc:1#viewer@user:ann')
const BEN = parseRelationship('doc:1#viewer@user:ben')
const HEAD = toRevision(BASE + 1)

const holds = (replica: Replica, relationship: Relationship): boolean =>
  describe(replica.at(replica.head)!, [relationship])[0].endsWith(
    ` is ${printRelationship(relationship)}`,
  )

t.test('a replica begins at the revision of its batches', async t => {
  const replica = await replicaOf([ANN, BEN])
  t.strictSame([replica.base, replica.head, replica.size], [BASE, BASE, 2])
  t.ok(holds(replica, ANN))
  const empty = await replicaOf([])
  t.strictSame([empty.base, empty.head, empty.size], [BASE, BASE, 0])
})

t.test('batches of two revisions, or none at all, are a fault', async t => {
  const torn = async function* () {
    yield { revision: BASE, relationships: [ANN] }
    yield { revision: HEAD, relationships: [BEN] }
  }
  await t.rejects(Replica.bootstrap(torn()), Fault)
  await t.rejects(Replica.bootstrap((async function* () {})()), Fault)
})

t.test('it answers from its base to its head, and nowhere else', async t => {
  const replica = await replicaOf([ANN])
  replica.apply([toChange(BASE + 1, { created: [BEN] }), toChange(BASE + 2, { deleted: [ANN] })])
  t.strictSame(
    [-1, 0, 1, 2, 3].map(offset => replica.at(toRevision(BASE + offset))?.revision),
    [undefined, BASE, BASE + 1, BASE + 2, undefined],
  )
  t.equal(replica.size, 1)
})

t.test('a revision without relationships moves the head', async t => {
  const replica = await replicaOf([ANN])
  replica.apply([{ ...toChange(BASE + 1, {}), note: NO_NOTE, schemaChanged: true }])
  t.equal(replica.head, HEAD)
  t.ok(holds(replica, ANN))
})

t.test('a revision that comes in parts is there when all of it has come', async t => {
  const replica = await replicaOf([ANN], { deltaMin: 0 })
  const CAT = parseRelationship('doc:1#viewer@user:cat')
  replica.apply([{ ...toChange(BASE + 1, { deleted: [ANN], created: [BEN] }), partial: true }])
  t.equal(replica.head, BASE)
  t.equal(replica.base, BASE, 'no base is of a part')
  t.ok(holds(replica, ANN) && !holds(replica, BEN), 'nothing of it is seen')
  replica.apply([toChange(BASE + 1, { created: [CAT] }), toChange(BASE + 2, { created: [ANN] })])
  t.equal(replica.head, BASE + 2)
  t.ok([ANN, BEN, CAT].every(each => holds(replica, each)))
})

t.test('a gap or a repetition is a fault', async t => {
  const replica = await replicaOf([ANN])
  t.throws(() => replica.apply([toChange(BASE + 2, {})]), Fault, 'a gap')
  t.throws(() => replica.apply([toChange(BASE, {})]), Fault, 'a repetition')
  replica.apply([toChange(BASE + 1, {})])
  t.throws(() => replica.apply([toChange(BASE + 1, {})]), Fault, 'a repetition later')
  t.equal(replica.head, HEAD)
})

t.test('a change that contradicts the graph is a fault', async t => {
  const create = await replicaOf([ANN])
  t.throws(() => create.apply([toChange(BASE + 1, { created: [ANN] })]), Fault)
  const remove = await replicaOf([ANN])
  t.throws(() => remove.apply([toChange(BASE + 1, { deleted: [BEN] })]), Fault)
})

t.test('a replaced relationship stands in both lists', async t => {
  const caveated = parseRelationship('doc:1#viewer@user:ann[only_on:{"day":"tue"}]')
  const replica = await replicaOf([ANN])
  replica.apply([toChange(BASE + 1, { deleted: [ANN], created: [caveated] })])
  t.ok(holds(replica, caveated))
  t.equal(replica.size, 1)
  replica.apply([toChange(BASE + 2, { deleted: [caveated], created: [ANN] })])
  t.ok(holds(replica, ANN))
})

t.test(
  'the head is still there right after a compaction, and so is some of what was before it',
  async t => {
    const replica = await replicaOf([], { deltaMin: 10 })
    for (let i = 1; i <= 11; i++) {
      const created = [parseRelationship(`doc:${i}#viewer@user:ann`)]
      replica.apply([toChange(BASE + i, { created })])
    }
    atOnce(replica.compaction())
    t.equal(replica.head, BASE + 11)
    t.equal(replica.base, BASE + 6)
  },
)

t.test('a compaction drops relationships that expired long ago', async t => {
  const DAY = limits.retentionMs
  const expiring = (time: number): Relationship => ({ ...ANN, expiresAt: time })
  const old = expiring(10 * DAY)
  const recent = { ...BEN, expiresAt: 20 * DAY }
  const replica = await replicaOf([old, recent], { deltaMin: 0 })
  const other = parseRelationship('doc:2#viewer@user:ann')
  replica.apply([toChange(BASE + 1, { at: 20.5 * DAY, created: [other] })])
  atOnce(replica.compaction())
  t.equal(replica.base, HEAD)
  t.equal(replica.size, 2)
  t.notOk(holds(replica, old))
  t.ok(holds(replica, recent))
  replica.apply([toChange(BASE + 2, { at: 20.5 * DAY, deleted: [old], created: [ANN] })])
  t.ok(holds(replica, ANN))
})

t.test(
  'memory is told by part, and a removed relationship costs no more than a new one',
  async t => {
    const replica = await replicaOf([ANN])
    const { delta, base, objects, nodes, caveats } = replica.memory()
    t.ok(base > 0 && objects > 0 && nodes > 0)
    t.equal(caveats, 0)
    for (let i = 0; i < 50; i++) {
      const even = i % 2 === 0
      replica.apply([toChange(BASE + 1 + i, even ? { deleted: [ANN] } : { created: [ANN] })])
    }
    t.equal(replica.memory().objects, objects, 'coming and going adds no object')
    t.equal(replica.memory().nodes, nodes)
    t.ok(replica.memory().delta > delta)
  },
)
