// Lookups and expansions over random worlds in which some relationships are contextual and hide
// stored ones. The answers must be the same, in the same order, as when all of them are stored.

import t from 'tap'
import { expand } from '../../src/evaluator/expand.js'
import {
  lookupResources,
  lookupSubjects,
  overlay,
  type Snapshot,
} from '../../src/evaluator/index.js'
import {
  type CheckItem,
  checksum,
  limits,
  orRefusal,
  printIdentity,
  Refusal,
  type Relationship,
} from '../../src/terms/index.js'
import { snapshotOf } from '../replica/supplier.js'
import { type Case, hasFailing, NOW } from './cases.js'
import { overCases } from './suite.js'

const RUNS = 200

t.test('contextual or stored, lookups and expansions give the same', async t => {
  overCases(t, RUNS, world => {
    // Where what fails is in a circle, a check may tell of either, by which it has met.
    if (hasFailing(world)) return
    const whole = snapshotOf(world.relationships)
    const alone = overlay(snapshotOf([]), world.schema, world.relationships)
    for (const item of world.items) {
      const expected = answers(world, item, whole)
      compare(expected, answers(world, item, alone), item)
      compare(expected, answers(world, item, partly(world, JSON.stringify(item))), item)
    }
  })
})

/** Makes some relationships contextual, chosen by `seed`, with older versions stored below them. */
function partly({ schema, relationships }: Case, seed: string): Snapshot {
  const isContextual = (each: Relationship): boolean =>
    Number.parseInt(checksum(seed + printIdentity(each)), 36) % 7 < 3
  const outdated = (each: Relationship): Relationship => ({
    ...each,
    expiresAt: each.expiresAt === null ? NOW + 1 : null,
  })
  const stored = relationships.map(each => (isContextual(each) ? outdated(each) : each))
  return overlay(snapshotOf(stored), schema, relationships.filter(isContextual))
}

function answers({ schema }: Case, item: CheckItem, snapshot: Snapshot): readonly string[] {
  const { resource, permission, subject, context } = item
  const { depthMax, workMax } = limits
  const circumstances = { context, now: NOW, depthMax, workMax, after: null }
  const ofSubject = { resourceType: resource.type, permission, subject, ...circumstances }
  const ofResource = {
    resource,
    permission,
    subjectType: subject.type,
    subjectRelation: subject.relation,
    wildcard: true,
    ...circumstances,
  }
  const within = { object: resource, relations: ['one', 'two'] }
  return [
    print(() => found(lookupResources(snapshot, schema, { ...ofSubject, within: null }))),
    print(() => found(lookupResources(snapshot, schema, { ...ofSubject, within }))),
    print(() => found(lookupSubjects(snapshot, schema, ofResource))),
    print(() => expand(snapshot, schema, { resource, permission, ...circumstances })),
  ]
}

/** The pauses of a lookup may differ. */
const found = <Item>(items: Iterable<Item | null>): readonly Item[] =>
  [...items].filter(each => each !== null)

function print(answer: () => unknown): string {
  const found = orRefusal(answer)
  return found instanceof Refusal ? found.code : JSON.stringify(found)
}

function compare(expected: readonly string[], found: readonly string[], item: CheckItem): void {
  const place = expected.findIndex((each, position) => each !== found[position])
  if (place === -1) return
  throw new Error(`${JSON.stringify(item)}: ${found[place]}, not ${expected[place]}`)
}
