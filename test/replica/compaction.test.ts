import fc from 'fast-check'
import t from 'tap'
import type { Snapshot } from '../../src/evaluator/index.js'
import { Replica } from '../../src/replica/index.js'
import { atOnce } from '../../src/replica/steps.js'
import {
  limits,
  parseRelationship,
  printRelationship,
  type Relationship,
} from '../../src/terms/index.js'
import { describe } from './description.js'
import { differs, histories, keepSnapshots, tell, worldOf } from './histories.js'
import { BASE, replicaOf, toChange } from './supplier.js'

/** Takes some steps of a compaction under way, and no more. */
function take(replica: Replica, steps: number): void {
  const work = replica.compaction()
  for (let taken = 0; taken < steps && work.next().done !== true; taken++);
}

/** Options under which all names are renumbered as soon as one of them is unused. */
const RENUMBERED = { unusedMin: 0, unusedShare: 0 }

const paced = fc.record({
  history: histories,
  /** Steps of the compaction that are taken between two batches of changes. */
  paces: fc.array(fc.oneof(fc.nat(12), fc.nat(100)), { minLength: 1, maxLength: 5 }),
  options: fc.constantFrom({}, RENUMBERED),
})

t.test('wherever a compaction pauses, the replica answers at each revision', async t => {
  let pauses = 0
  let renumbered = 0
  const property = fc.asyncProperty(paced, async ({ history, paces, options }) => {
    const from = worldOf(history.start)
    const told = tell(from, history.steps)
    const worlds = [from, ...told.map(({ world }) => world)]
    const deltaMin = Math.min(history.deltaMin, 4)
    const replica = await replicaOf([...from.values()], { deltaMin, ...options })
    const kept: Snapshot[] = []
    for (let i = 0; i < told.length; i += history.batch) {
      replica.apply(told.slice(i, i + history.batch).map(({ change }) => change))
      const { kinds } = replica.at(replica.head)!
      take(replica, paces[i % paces.length])
      if (replica.at(replica.head)!.kinds !== kinds) renumbered++
      if (replica.isCompacting) pauses++
      if (!keepSnapshots(replica, worlds, kept)) return false
    }
    return kept.every(snapshot => !differs(snapshot, worlds[snapshot.revision - BASE]))
  })
  await fc.assert(property, { numRuns: 200 })
  t.ok(pauses > 200, 'and changes come in between')
  t.ok(renumbered > 10, 'and words are numbered anew')
})

t.test('a large compaction goes in many small steps, and so does the first sorting', async t => {
  const many = (from: number, to: number): Relationship[] =>
    Array.from({ length: to - from }, (_, i) =>
      parseRelationship(`doc:${from + i}#viewer@user:u${(from + i) % 1000}`),
    )
  let steps = 0
  const one = async function* () {
    yield { revision: BASE, relationships: many(0, 20_000) }
  }
  const replica = await Replica.bootstrap(one(), {
    deltaMin: 0,
    async drive(work) {
      for (;;) {
        const { done, value } = work.next()
        if (done) return value
        steps++
      }
    },
  })
  t.ok(steps > 100, 'the first sorting')
  replica.apply([toChange(BASE + 1, { created: many(20_000, 23_000) })])
  let taken = 0
  for (const _ of replica.compaction()) taken++
  t.ok(taken > 150, 'a compaction')
  t.equal(replica.size, 23_000)
  t.notOk(replica.isCompacting)
})

t.test('changes take steps that the driver does not, so the delta stays bounded', async t => {
  const replica = await replicaOf([], { deltaMin: 2000 })
  let most = 0
  for (let i = 1; i <= 40_000; i++) {
    const created = [parseRelationship(`doc:${i}#viewer@user:u${i % 100}`)]
    replica.apply([toChange(BASE + i, { created })])
    most = Math.max(most, replica.head - replica.base)
  }
  t.ok(replica.base > BASE, 'it was compacted')
  t.ok(most < 13_000, `${most} revisions on a base of up to 40,000`)
  t.equal(replica.size, 40_000)
})

const doc = (id: string, subject = 'user:ann'): Relationship =>
  parseRelationship(`doc:${id}#viewer@${subject}`)

t.test('relationships that are created and deleted leave nothing behind', async t => {
  const kept = doc('kept')
  const replica = await replicaOf([kept], { deltaMin: 5000 })
  let most = 0
  for (let i = 1; i <= 150_000; i++) {
    const each = doc(`0b8f4d50-1c3e-4c59-9a11-${String(i).padStart(12, '0')}`)
    replica.apply([
      toChange(BASE + 2 * i - 1, { created: [each] }),
      toChange(BASE + 2 * i, { deleted: [each] }),
    ])
    if (i % 64 === 0) take(replica, 40)
    most = Math.max(most, replica.bytes)
  }
  t.ok(most < 8_000_000, `${most} bytes at most`)
  atOnce(replica.compaction())
  t.equal(replica.size, 1)
  const after = replica.at(replica.head)!
  t.match(describe(after, [kept])[0], printRelationship(kept))
})

t.test('caveat contexts and expired relationships leave nothing behind', async t => {
  const replica = await replicaOf([], { deltaMin: 1000, unusedMin: 100_000 })
  let most = 0
  let before: Relationship[] = []
  for (let i = 1; i <= 20_000; i++) {
    const each = parseRelationship(`doc:1#viewer@user:ann[low:{"p":${i}}]`)
    replica.apply([toChange(BASE + i, { deleted: before, created: [each] })])
    before = [each]
    if (i % 64 === 0) take(replica, 40)
    most = Math.max(most, replica.bytes)
  }
  t.ok(most < 5_000_000, `${most} bytes at most`)
  const DAY = limits.retentionMs
  const expiring = await replicaOf([], { deltaMin: 1000, unusedMin: 10_000 })
  for (let i = 1; i <= 20_000; i++) {
    const at = (i / 100) * DAY
    const created = [{ ...doc(`expiring-${i}`), expiresAt: at }]
    expiring.apply([toChange(BASE + i, { at, created })])
    if (i % 64 === 0) take(expiring, 40)
  }
  atOnce(expiring.compaction())
  t.ok(expiring.size < 4000, 'those of the last days and of the delta are there')
  t.ok(expiring.bytes < 1_500_000, `${expiring.bytes} bytes`)
})

t.test('a snapshot keeps its numbers when the next graph has others', async t => {
  const gone = Array.from({ length: 100 }, (_, i) => doc(`gone-${i}`))
  const kept = doc('kept', 'user:ben')
  const replica = await replicaOf([...gone, kept], { deltaMin: 0, ...RENUMBERED })
  const before = replica.at(BASE)!
  const object = before.object('doc', 'kept')
  replica.apply([toChange(BASE + 1, { deleted: gone })])
  atOnce(replica.compaction())
  const after = replica.at(replica.head)!
  t.not(after.kinds, before.kinds, 'words have new numbers')
  t.equal(after.object('doc', 'gone-1'), -1, 'and those that are gone have none')
  t.equal(before.object('doc', 'kept'), object)
  t.equal(before.idOf(object), 'kept')
  t.equal(before.idOf(before.object('doc', 'gone-1')), 'gone-1')
})
