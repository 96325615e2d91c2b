// Histories of a small graph for tests, each revision with the relationships that there are after
// it.

import fc from 'fast-check'
import type { Snapshot } from '../../src/evaluator/index.js'
import type { Replica } from '../../src/replica/index.js'
import {
  type Change,
  parseRelationship,
  printIdentity,
  type Relationship,
  toRevision,
} from '../../src/terms/index.js'
import { TestSnapshot } from '../snapshot.js'
import { describe } from './description.js'
import { BASE, toChange } from './supplier.js'

const ROWS = ['doc:a#viewer', 'doc:b#viewer', 'doc:a#owner', 'group:g#member', 'group:h#member']
const SUBJECTS = ['user:x', 'user:é', 'user:*', 'group:g', 'group:g#member', 'group:h#member']
export const TRAITS = [
  '',
  '[low]',
  '[low:{"p":1}]',
  '[high:{"p":1}]',
  '[expiration:2030-01-01T00:00:00Z]',
]

export const IDENTITIES = ROWS.flatMap(row => SUBJECTS.map(subject => `${row}@${subject}`))
export const UNIVERSE = IDENTITIES.map(parseRelationship)

const identity = fc.constantFrom(...IDENTITIES)
const trait = fc.constantFrom(...TRAITS)
const start = fc.uniqueArray(fc.tuple(identity, trait), { selector: ([text]) => text })
/** What a revision does to an identity: removes it, or gives it (again) with a trait. */
const step = fc.uniqueArray(fc.tuple(identity, fc.option(trait)), {
  selector: ([text]) => text,
  maxLength: 5,
})
export const histories = fc.record({
  start,
  steps: fc.array(step, { maxLength: 12 }),
  deltaMin: fc.constantFrom(0, 1, 4, 10, 1000),
  batch: fc.integer({ min: 1, max: 4 }),
})

export type World = ReadonlyMap<string, Relationship>

export interface Told {
  readonly change: Change
  /** The relationships as of the change's revision. */
  readonly world: World
}

export const worldOf = (texts: readonly (readonly [string, string])[]): World =>
  new Map(
    texts.map(([text, traits]) => {
      const relationship = parseRelationship(text + traits)
      return [printIdentity(relationship), relationship]
    }),
  )

/** The changes of a history, each with the world after it. */
export function tell(
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

export const differs = (snapshot: Snapshot, world: World): boolean =>
  JSON.stringify(describe(snapshot, UNIVERSE)) !== JSON.stringify(describeWorld(world))

/**
 * Compares the replica at each revision that it answers with the world of that revision, and adds
 * the snapshots to `kept`. Returns false as soon as one differs.
 * @param worlds the worlds from the revision `BASE` on
 */
export function keepSnapshots(
  replica: Replica,
  worlds: readonly World[],
  kept: Snapshot[],
): boolean {
  for (let revision: number = replica.base; revision <= replica.head; revision++) {
    const snapshot = replica.at(toRevision(revision))!
    if (differs(snapshot, worlds[revision - BASE])) return false
    kept.push(snapshot)
  }
  return replica.size === worlds[replica.head - BASE].size
}
