import fc from 'fast-check'
import t from 'tap'
import type { Snapshot } from '../../src/evaluator/index.js'
import { atOnce } from '../../src/replica/steps.js'
import { parseRelationship } from '../../src/terms/index.js'
import { describe } from './description.js'
import {
  differs,
  histories,
  IDENTITIES,
  keepSnapshots,
  TRAITS,
  tell,
  UNIVERSE,
  worldOf,
} from './histories.js'
import { BASE, replicaOf, toChange } from './supplier.js'

t.test('a layered graph is right at every revision from base to head', async t => {
  let compactions = 0
  const property = fc.asyncProperty(histories, async ({ start, steps, deltaMin, batch }) => {
    const from = worldOf(start)
    const told = tell(from, steps)
    const worlds = [from, ...told.map(({ world }) => world)]
    const replica = await replicaOf([...from.values()], { deltaMin })
    const kept: Snapshot[] = [replica.at(BASE)!]
    for (let i = 0; i < told.length; i += batch) {
      const base = replica.base
      replica.apply(told.slice(i, i + batch).map(({ change }) => change))
      atOnce(replica.compaction())
      if (replica.base > base) compactions++
      if (!keepSnapshots(replica, worlds, kept)) return false
    }
    return kept.every(snapshot => !differs(snapshot, worlds[snapshot.revision - BASE]))
  })
  await fc.assert(property, { numRuns: 100 })
  t.ok(compactions > 30, 'across compactions, and for snapshots that are kept')
})

t.test('a layered graph after many changes equals one built fresh', async t => {
  const steps = Array.from({ length: 300 }, (_, i) => [
    [IDENTITIES[(i * 7) % IDENTITIES.length], i % 3 === 0 ? null : TRAITS[i % TRAITS.length]],
  ]) as [string, string | null][][]
  const told = tell(new Map(), steps)
  const replica = await replicaOf([], { deltaMin: 20 })
  for (const { change } of told) {
    replica.apply([change])
    atOnce(replica.compaction())
  }
  const { world } = told[told.length - 1]
  const fresh = await replicaOf([...world.values()])
  t.ok(replica.base > BASE, 'it was compacted')
  t.strictSame(
    describe(replica.at(replica.head)!, UNIVERSE),
    describe(fresh.at(fresh.head)!, UNIVERSE),
  )
})

t.test('numbers keep their meaning across compactions', async t => {
  const one = parseRelationship('doc:a#viewer@user:x')
  const two = parseRelationship('doc:b#owner@group:g#member')
  const replica = await replicaOf([one], { deltaMin: 0 })
  const before = replica.at(BASE)!
  const object = before.object('doc', 'a')
  const node = before.node(object, before.kinds.find('doc', 'viewer'))
  replica.apply([toChange(BASE + 1, { created: [two] })])
  replica.apply([toChange(BASE + 2, { deleted: [two] })])
  atOnce(replica.compaction())
  t.ok(replica.base > BASE, 'it was compacted')
  const after = replica.at(replica.head)!
  t.equal(after.kinds, before.kinds)
  t.equal(after.object('doc', 'a'), object)
  t.equal(after.node(object, after.kinds.find('doc', 'viewer')), node)
  t.equal(after.idOf(after.object('group', 'g')), 'g', 'removed things keep theirs, too')
})
