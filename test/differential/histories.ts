// Random histories: a random world, and changes that delete relationships, restore them, or give
// them another caveat context or expiration. They are printed world by world, in the notation of
// the tests.

import fc from 'fast-check'
import type { Schema } from '../../src/language/index.js'
import {
  assert,
  type Change,
  type CheckItem,
  printIdentity,
  printRelationship,
  type Relationship,
  type Revision,
  toRevision,
} from '../../src/terms/index.js'
import { BASE, toChange } from '../replica/supplier.js'
import { type Case, cases, NOW, printCase } from './cases.js'

export interface History {
  readonly schema: Schema
  readonly items: readonly CheckItem[]
  /** The relationships at each revision, from `BASE` on. */
  readonly worlds: readonly (readonly Relationship[])[]
  /** The changes that led to each world after the first. */
  readonly changes: readonly Change[]
  /** The seed for random decisions while the history runs. */
  readonly seed: number
}

/** A change of the relationship at this index, modulo the size of the world. */
interface Turn {
  readonly place: number
  readonly kind: 'delete' | 'touch' | 'alter'
}

const turn: fc.Arbitrary<Turn> = fc.record({
  place: fc.nat(30),
  kind: fc.constantFrom('delete', 'touch', 'alter'),
})

export const histories: fc.Arbitrary<History> = fc
  .record({
    world: cases,
    turns: fc.array(fc.array(turn, { minLength: 1, maxLength: 6 }), { maxLength: 4 }),
    seed: fc.nat(),
  })
  .map(({ world, turns, seed }) => toHistory(world, turns, seed))

/** The history that begins with the world. */
export function toHistory(
  { schema, relationships: pool, items }: Case,
  turns: readonly (readonly Turn[])[],
  seed: number,
): History {
  const worlds = [pool]
  for (const each of turns) {
    const before = worlds[worlds.length - 1]
    worlds.push(pool.length === 0 ? before : changed(pool, before, each))
  }
  return { schema, items, worlds, changes: changesOf(worlds), seed }
}

const changesOf = (worlds: History['worlds']): readonly Change[] =>
  worlds.slice(1).map((after, place) => {
    const before = worlds[place]
    return toChange(BASE + place + 1, {
      created: after.filter(relationship => !before.includes(relationship)),
      deleted: before.filter(relationship => !after.includes(relationship)),
    })
  })

/** Adds so many subjects to one userset that it counts as large, and asks about it. */
export function crowd(history: History, count: number): History {
  const [first] = history.worlds[0].filter(({ subject }) => subject.relation === '')
  if (first === undefined) return history
  const crowd = Array.from({ length: count }, (_, i) => ({
    ...first,
    subject: { ...first.subject, id: `crowd${i}` },
  }))
  const worlds = history.worlds.map(world => (world.includes(first) ? [...world, ...crowd] : world))
  const { resource, relation: permission } = first
  const items = history.items.flatMap(item => [item, { ...item, resource, permission }])
  return { ...history, items, worlds, changes: changesOf(worlds) }
}

function changed(
  pool: readonly Relationship[],
  before: readonly Relationship[],
  turns: readonly Turn[],
): readonly Relationship[] {
  const world = new Map(before.map(each => [printIdentity(each), each]))
  for (const { place, kind } of turns) {
    const touched = pool[place % pool.length]
    const identity = printIdentity(touched)
    if (kind === 'delete') world.delete(identity)
    else world.set(identity, kind === 'touch' ? touched : altered(touched))
  }
  return [...world.values()]
}

/** Moves the expiration into the past, or removes it. */
const altered = (each: Relationship): Relationship => ({
  ...each,
  caveat: each.caveat && { ...each.caveat, context: { p: 1 } },
  expiresAt: each.expiresAt && (each.expiresAt > NOW ? NOW - 1 : NOW + 1),
})

export const revisionsOf = ({ worlds }: History): readonly Revision[] =>
  worlds.map((_, place) => toRevision(BASE + place))

export function worldAt({ worlds }: History, revision: Revision): readonly Relationship[] {
  const found = worlds[revision - BASE]
  assert(found !== undefined, 'nobody asks for what is not there yet')
  return found
}

export const printHistory = ({ schema, worlds, items, seed }: History): string =>
  [
    printCase({ schema, relationships: worlds[0], items }),
    ...worlds.slice(1).map(world => `then:\n${world.map(printRelationship).join('\n')}`),
    `dice ${seed}`,
  ].join('\n')
