// Lookups of resources against the definition of a check, asked of every object that there is: the
// same objects with the same permissionship, in the order of their ids, each once, on pages of any
// size. What lies within a subtree is asked of the definition too, by a permission that climbs.

import t from 'tap'
import {
  type FoundResource,
  lookupResources,
  type Snapshot,
  type Within,
} from '../../src/evaluator/index.js'
import type { Schema } from '../../src/language/index.js'
import {
  type CheckItem,
  compareTexts,
  limits,
  type ObjectReference,
  type Relationship,
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
const SUPPLIERS: Readonly<Record<string, (relationships: readonly Relationship[]) => Snapshot>> = {
  'a whole world': relationships => new TestSnapshot(relationships),
  'the resident graph': snapshotOf,
}

for (const [name, supply] of Object.entries(SUPPLIERS)) {
  t.test(`a lookup of resources over ${name} gives what checks of all objects give`, async t => {
    overCases(t, RUNS, world => compareAll(world, supply(world.relationships)))
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
  { resource, permission, subject, context }: CheckItem,
  within: Within | null,
  size: number,
): readonly FoundResource[] {
  const { depthMax, workMax } = limits
  const found: FoundResource[] = []
  for (;;) {
    const after = found.at(-1)?.id ?? null
    const resourceType = resource.type
    const question = { resourceType, permission, subject, context, within, after }
    const page: FoundResource[] = []
    for (const each of lookupResources(snapshot, schema, {
      ...question,
      now: NOW,
      depthMax,
      workMax,
    })) {
      if (each !== null && page.push(each) === size) break
    }
    found.push(...page)
    if (page.length < size) return found
  }
}

/** By the oracle, for every object of the type that the world or the question speaks of. */
function expectedOf(
  { schema, relationships }: Case,
  item: CheckItem,
  within: Within | null,
): readonly FoundResource[] {
  const { resource, subject, context } = item
  const spoken: readonly ObjectReference[] = [
    subject,
    ...relationships.flatMap(each => [each.resource, each.subject]),
  ]
  const ids = new Set(spoken.filter(({ type }) => type === resource.type).map(({ id }) => id))
  ids.delete('*')
  const climbing = climbingSchema(schema)
  return [...ids].sort(compareTexts).flatMap(id => {
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
