import fc from 'fast-check'
import t from 'tap'
import type { Snapshot } from '../../src/evaluator/index.js'
import {
  type Change,
  parseRelationship,
  printIdentity,
  type Relationship,
  toRevision,
} from '../../src/terms/index.js'
import { TestSnapshot } from '../snapshot.js'
import { describe } from './description.js'
import { BASE, replicaOf, toChange } from './supplier.js'

const ROWS = ['doc:a#viewer', 'doc:b#viewer', 'doc:a#owner', 'group:g#member', 'group:h#member']
const SUBJECTS = ['user:x', 'user:é', 'user:*', 'group:g', 'group:g#member', 'group:h#member']
const TRAITS = ['', '[low]', '[low:{"p":1}]', '[high:{"p":1}]', '[expiration:2030-01-01T00:00:00Z]']

const IDENTITIES = ROWS.flatMap(row => SUBJECTS.map(subject => `${row}@${subject}`))
const UNIVERSE = IDENTITIES.map(parseRelationship)

const identity = fc.constantFrom(...IDENTITIES)
const trait = fc.constantFrom(...TRAITS)
const start = fc.uniqueArray(fc.tuple(identity, trait), { selector: ([text]) => text })
/** What a revision does to an identity: removes it, or gives it (again) with a trait. */
const step = fc.uniqueArray(fc.tuple(identity, fc.option(trait)), {
  selector: ([text]) => text,
  maxLength: 5,
})
const histories = fc.record({
  start,
  steps: fc.array(step, { maxLength: 12 }),
  deltaMin: fc.constantFrom(0, 1, 4, 10, 1000),
  batch: fc.integer({ min: 1, max: 4 }),
})

type World = ReadonlyMap<string, Relationship>

interface Told {
  readonly change: Change
  /** The relationships as of the change's revision. */
  readonly world: World
}

const worldOf = (texts: readonly (readonly [string, string])[]): World =>
  new Map(
    texts.map(([text, traits]) => {
      const relationship = parseRelationship(text + traits)
      return [printIdentity(relationship), relationship]
    }),
  )

/** The changes of a history, each with the world after it. */
function tell(
  from: World,
  steps: readonly (readonly [string, string | null][])[],
): readonly Told[] {
  let world = from
  return steps.map((changes, i) => {
    const next = new Map(world)
    const created: Relationship[] = []
    const deleted: Relationship[] = []
    for (const [text, traits] of changes) {
      const before = world.get(text)
      if (before !== undefined) deleted.push(before)
      next.delete(text)
      if (traits === null) continue
      created.push(parseRelationship(text + traits))
      next.set(text, parseRelationship(text + traits))
    }
    world = next
    return { change: toChange(BASE + 1 + i, { created, deleted }), world }
  })
}

const describeWorld = (world: World): readonly string[] =>
  describe(new TestSnapshot([...world.values()]), UNIVERSE)

const differs = (snapshot: Snapshot, world: World): boolean =>
  JSON.stringify(describe(snapshot, UNIVERSE)) !== JSON.stringify(describeWorld(world))

t.test('at every revision from base to head, an image is the graph of that revision', async t => {
  let folds = 0
  const property = fc.asyncProperty(histories, async ({ start, steps, deltaMin, batch }) => {
    const from = worldOf(start)
    const told = tell(from, steps)
    const worlds = [from, ...told.map(({ world }) => world)]
    const replica = await replicaOf([...from.values()], { deltaMin })
    const kept: Snapshot[] = [replica.at(BASE)!]
    for (let i = 0; i < told.length; i += batch) {
      const base = replica.base
      replica.apply(told.slice(i, i + batch).map(({ change }) => change))
      if (replica.base > base) folds++
      for (let revision: number = replica.base; revision <= replica.head; revision++) {
        const snapshot = replica.at(toRevision(revision))!
        if (differs(snapshot, worlds[revision - BASE])) return false
        kept.push(snapshot)
      }
      if (replica.size !== worlds[replica.head - BASE].size) return false
    }
    return kept.every(snapshot => !differs(snapshot, worlds[snapshot.revision - BASE]))
  })
  await fc.assert(property, { numRuns: 100 })
  t.ok(folds > 30, 'across folds, and for snapshots that are kept')
})

t.test('an image after many changes is the image built fresh', async t => {
  const steps = Array.from({ length: 300 }, (_, i) => [
    [IDENTITIES[(i * 7) % IDENTITIES.length], i % 3 === 0 ? null : TRAITS[i % TRAITS.length]],
  ]) as [string, string | null][][]
  const told = tell(new Map(), steps)
  const replica = await replicaOf([], { deltaMin: 20 })
  for (const { change } of told) replica.apply([change])
  const { world } = told[told.length - 1]
  const fresh = await replicaOf([...world.values()])
  t.ok(replica.base > BASE, 'it was folded')
  t.strictSame(
    describe(replica.at(replica.head)!, UNIVERSE),
    describe(fresh.at(fresh.head)!, UNIVERSE),
  )
})

t.test('numbers keep their meaning across folds', async t => {
  const one = parseRelationship('doc:a#viewer@user:x')
  const two = parseRelationship('doc:b#owner@group:g#member')
  const replica = await replicaOf([one], { deltaMin: 0 })
  const before = replica.at(BASE)!
  const object = before.object('doc', 'a')
  const node = before.node(object, before.kinds.find('doc', 'viewer'))
  replica.apply([toChange(BASE + 1, { created: [two] })])
  replica.apply([toChange(BASE + 2, { deleted: [two] })])
  t.ok(replica.base > BASE, 'it was folded')
  const after = replica.at(replica.head)!
  t.equal(after.kinds, before.kinds)
  t.equal(after.object('doc', 'a'), object)
  t.equal(after.node(object, after.kinds.find('doc', 'viewer')), node)
  t.equal(after.idOf(after.object('group', 'g')), 'g', 'removed things keep theirs, too')
})
