// Lookups of resources against the definition of a check, asked of every object that there is: the
// same objects with the same permissionship, in the order of their ids, each once, on pages of any
// size. What lies within a subtree is asked of the definition too, by a permission that climbs.

import t from 'tap'
import {
  check,
  type FoundResource,
  lookupResources,
  type ResourcesQuestion,
  type Snapshot,
  type Within,
} from '../../src/evaluator/index.js'
import type { Schema } from '../../src/language/index.js'
import {
  type CheckItem,
  compareTexts,
  limits,
  type ObjectReference,
  orRefusal,
  Refusal,
  type Relationship,
  WILDCARD,
} from '../../src/terms/index.js'
import { oracle } from '../oracle.js'
import { snapshotOf } from '../replica/supplier.js'
import { TestSnapshot } from '../snapshot.js'
import { schemaOf } from '../world.js'
import { type Case, NOW } from './cases.js'
import { overCases } from './suite.js'

/** Fewer than of checks: each is a check of every object. */
const RUNS = 100
const PAGES = [1, 2]
const { depthMax, workMax } = limits
const SUPPLIERS: Readonly<Record<string, (relationships: readonly Relationship[]) => Snapshot>> = {
  'a whole world': relationships => new TestSnapshot(relationships),
  'the resident graph': snapshotOf,
}

for (const [name, supply] of Object.entries(SUPPLIERS)) {
  t.test(`a lookup of resources over ${name} gives what checks of all objects give`, async t => {
    overCases(t, RUNS, world => compareAll(world, supply(world.relationships)))
  })
}

t.test('a lookup in which caveats fail ends where the first check is refused', async t => {
  let refused = 0
  overCases(t, RUNS, world => {
    const snapshot = snapshotOf(world.relationships)
    for (const { context, ...item } of world.items) {
      const failing = { ...item, context: { ...context, p: 'text' } }
      const answers = idsOf(world, failing).map(id => checkOf(world, snapshot, failing, id))
      const end = answers.findIndex(answer => answer instanceof Refusal)
      const before = end === -1 ? answers : answers.slice(0, end)
      const expected = JSON.stringify([before.flat(), end === -1 ? null : 'refused'])
      const found = JSON.stringify(untilRefused(world, snapshot, failing))
      if (found !== expected) throw new Error(`${JSON.stringify(item)}: ${found}, not ${expected}`)
      if (end !== -1) refused++
    }
  })
  t.ok(refused > 0, 'some were refused')
})

function untilRefused({ schema }: Case, snapshot: Snapshot, item: CheckItem) {
  const found: FoundResource[] = []
  const refusal = orRefusal(() => {
    const question = toQuestion(item, null, null)
    for (const each of lookupResources(snapshot, schema, question)) if (each) found.push(each)
  })
  return [found, refusal instanceof Refusal ? 'refused' : null]
}

function checkOf({ schema }: Case, snapshot: Snapshot, item: CheckItem, id: string) {
  const resource = { type: item.resource.type, id }
  const question = { ...item, resource, now: NOW, depthMax, workMax }
  return orRefusal(() => {
    const { verdict, missing } = check(snapshot, schema, question)
    return verdict === 'no' ? [] : [{ id, missing }]
  })
}

function compareAll(world: Case, snapshot: Snapshot): void {
  const [{ resource }] = world.items
  for (const item of world.items) {
    compare(world, snapshot, item, null)
    compare(world, snapshot, item, { object: resource, relations: ['two'] })
  }
}

function compare(world: Case, snapshot: Snapshot, item: CheckItem, within: Within | null): void {
  const expected = JSON.stringify(expectedOf(world, item, within))
  for (const size of [Number.POSITIVE_INFINITY, ...PAGES]) {
    const found = JSON.stringify(pages(world, snapshot, item, within, size))
    if (found === expected) continue
    const asked = `${JSON.stringify(item)} within ${JSON.stringify(within)}, pages of ${size}`
    throw new Error(`${asked}: ${found}, not ${expected}`)
  }
}

function pages(
  { schema }: Case,
  snapshot: Snapshot,
  item: CheckItem,
  within: Within | null,
  size: number,
): readonly FoundResource[] {
  const found: FoundResource[] = []
  for (;;) {
    const page: FoundResource[] = []
    const question = toQuestion(item, within, found.at(-1)?.id ?? null)
    for (const each of lookupResources(snapshot, schema, question)) {
      if (each !== null && page.push(each) === size) break
    }
    found.push(...page)
    if (page.length < size) return found
  }
}

const toQuestion = (
  { resource, permission, subject, context }: CheckItem,
  within: Within | null,
  after: string | null,
): ResourcesQuestion => ({
  resourceType: resource.type,
  permission,
  subject,
  context,
  within,
  after,
  now: NOW,
  depthMax,
  workMax,
})

/** Every object of the type that the world or the question speaks of, in order. */
function idsOf({ relationships }: Case, { resource, subject }: CheckItem): readonly string[] {
  const spoken: readonly ObjectReference[] = [
    subject,
    ...relationships.flatMap(each => [each.resource, each.subject]),
  ]
  const ids = new Set(spoken.filter(({ type }) => type === resource.type).map(({ id }) => id))
  ids.delete(WILDCARD)
  return [...ids].sort(compareTexts)
}

/** By the oracle. */
function expectedOf(world: Case, item: CheckItem, within: Within | null): readonly FoundResource[] {
  const { schema, relationships } = world
  const { resource, context } = item
  const climbing = climbingSchema(schema)
  return idsOf(world, item).flatMap(id => {
    const asked = { ...item, resource: { type: resource.type, id }, now: NOW }
    const answers = [oracle(schema, relationships, asked)]
    if (within !== null) {
      const root = { ...within.object, relation: '' }
      const place = { ...asked, permission: 'inside', subject: root, context }
      answers.push(oracle(climbing, relationships, place))
    }
    if (answers.some(({ verdict }) => verdict === 'no')) return []
    const missing = [...new Set(answers.flatMap(answer => answer.missing))].sort()
    return [{ id, missing }]
  })
}

const climbing = new WeakMap<Schema, Schema>()

/** With a permission on every object that leads to all objects above it by `two`. */
function climbingSchema(schema: Schema): Schema {
  const text = schema.text.replaceAll(
    'permission alpha',
    'permission inside = two->place\npermission place = self + inside\npermission alpha',
  )
  const known = climbing.get(schema) ?? schemaOf(text)
  climbing.set(schema, known)
  return known
}
