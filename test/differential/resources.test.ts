// Resource lookups against the definition of a check, asked for every object: the same objects with
// the same permissionship, in the order of ids, each once, on pages of any size. A subtree is
// defined by a permission that climbs to its root.

import t from 'tap'
import {
  type CheckOutcome,
  check,
  type Found,
  isRefused,
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
import { type OracleAnswer, oracle } from '../oracle.js'
import { snapshotOf } from '../replica/supplier.js'
import { TestSnapshot } from '../snapshot.js'
import { schemaOf } from '../world.js'
import { type Case, NOW } from './cases.js'
import { overCases } from './suite.js'

/** The number of cases, each of which costs a check of every object. */
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

t.test('a lookup in which caveats fail has a row for each check that is refused', async t => {
  let refused = 0
  overCases(t, RUNS, world => {
    const snapshot = snapshotOf(world.relationships)
    for (const { context, ...item } of world.items) {
      const failing = { ...item, context: { ...context, p: 'text' } }
      const answers = idsOf(world, failing).flatMap(id => checkOf(world, snapshot, failing, id))
      for (const size of [Number.POSITIVE_INFINITY, ...PAGES]) {
        const found = JSON.stringify(pages(world, snapshot, failing, null, size).map(toPlain))
        const expected = JSON.stringify(answers)
        if (found !== expected)
          throw new Error(`${JSON.stringify(item)}: ${found}, not ${expected}`)
      }
      refused += answers.filter(answer => 'refused' in answer).length
    }
  })
  t.ok(refused > 0, 'some were refused')
})

/** The answer without the details of a refusal, which depend on the order of reading. */
const toPlain = (found: Found) => (isRefused(found) ? refused(found.id) : found)

const refused = (id: string) => ({ id, refused: true })

function checkOf(
  { schema }: Case,
  snapshot: Snapshot,
  item: CheckItem,
  id: string,
): readonly object[] {
  const resource = { type: item.resource.type, id }
  const question = { ...item, resource, now: NOW, depthMax, workMax }
  const outcome = orRefusal((): CheckOutcome => check(snapshot, schema, question))
  if (outcome instanceof Refusal) return [refused(id)]
  const { verdict, missing } = outcome
  return verdict === 'no' ? [] : [{ id, missing }]
}

function compareAll(world: Case, snapshot: Snapshot): void {
  const [{ resource }] = world.items
  for (const item of world.items) {
    compare(world, snapshot, item, null)
    compare(world, snapshot, item, { object: resource, relations: ['two'] })
  }
}

function compare(world: Case, snapshot: Snapshot, item: CheckItem, within: Within | null): void {
  const expected = idsOf(world, item).map(
    id => [id, expectedOf({ world, snapshot }, item, within, id)] as const,
  )
  for (const size of [Number.POSITIVE_INFINITY, ...PAGES]) {
    const found = pages(world, snapshot, item, within, size)
    const asked = `${JSON.stringify(item)} within ${JSON.stringify(within)}, pages of ${size}`
    const ids = found.map(({ id }) => id)
    if (ids.join() !== [...new Set(ids)].sort(compareTexts).join())
      throw new Error(`${asked}: ${ids}`)
    for (const [id, answers] of expected) {
      const is = toText(found.find(each => each.id === id))
      if (!answers.includes(is)) throw new Error(`${asked}: ${id} is ${is}, not ${answers}`)
    }
    if (ids.some(id => expected.every(([known]) => known !== id)))
      throw new Error(`${asked}: ${ids}`)
  }
}

function toText(found: Found | undefined): string {
  if (found === undefined) return 'no'
  if (isRefused(found)) return 'refused'
  return ['yes', ...found.missing].join()
}

function pages(
  { schema }: Case,
  snapshot: Snapshot,
  item: CheckItem,
  within: Within | null,
  size: number,
): readonly Found[] {
  const found: Found[] = []
  for (;;) {
    const page: Found[] = []
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

/** Every object of the type that the world or the question names, in order. */
function idsOf({ relationships }: Case, { resource, subject }: CheckItem): readonly string[] {
  const spoken: readonly ObjectReference[] = [
    subject,
    ...relationships.flatMap(each => [each.resource, each.subject]),
  ]
  const ids = new Set(spoken.filter(({ type }) => type === resource.type).map(({ id }) => id))
  ids.delete(WILDCARD)
  return [...ids].sort(compareTexts)
}

/**
 * By the oracle: what may be said of the object. Who lies somewhere on a condition, and on another
 * way for what fails, may be refused: a subtree does not weigh one against the other.
 */
function expectedOf(
  { world, snapshot }: { readonly world: Case; readonly snapshot: Snapshot },
  item: CheckItem,
  within: Within | null,
  id: string,
): readonly string[] {
  const { schema, relationships } = world
  const { resource, context } = item
  const asked = { ...item, resource: { type: resource.type, id }, now: NOW }
  const answers = [oracle(schema, relationships, asked)]
  if (within !== null) {
    const root = { ...within.object, relation: '' }
    const place = { ...asked, permission: 'inside', subject: root, context }
    answers.push(oracle(climbingSchema(schema), relationships, place))
  }
  const verdicts = answers.map(({ verdict }) => verdict)
  if (verdicts.includes('no')) {
    // If a cycle is undefined too, either may be reported.
    const isOpen = answers.every(
      ({ verdict, diagnostic }) => verdict !== 'no' || diagnostic !== null,
    )
    return isOpen && hasFailing(answers) ? ['no', 'refused'] : ['no']
  }
  if (verdicts.includes('refused')) {
    if (answers.every(({ diagnostic }) => diagnostic === null)) return ['refused']
    // A cycle is undefined too. The definition does not say whether the failure matters then, so a
    // lookup may report what the check does.
    const [checked] = checkOf(world, snapshot, item, id) as readonly {
      missing?: readonly string[]
    }[]
    const named = new Set([...(checked?.missing ?? []), ...(answers[1]?.missing ?? [])])
    return ['refused', 'no', ['yes', ...[...named].sort()].join()]
  }
  const missing = [...new Set(answers.flatMap(answer => answer.missing))].sort()
  const found = ['yes', ...missing].join()
  return answers[1]?.verdict === 'conditional' ? [found, 'refused'] : [found]
}

const hasFailing = (answers: readonly OracleAnswer[]): boolean =>
  answers.some(({ verdict }) => verdict === 'refused')

const climbing = new WeakMap<Schema, Schema>()

/** The schema with a permission on every object that leads by `two` to all objects above it. */
function climbingSchema(schema: Schema): Schema {
  const text = schema.text.replaceAll(
    'permission alpha',
    'permission inside = two->place\npermission place = self + inside\npermission alpha',
  )
  const known = climbing.get(schema) ?? schemaOf(text)
  climbing.set(schema, known)
  return known
}
