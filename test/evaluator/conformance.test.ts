// Upstream worlds, answered by the evaluator and by the oracle as SpiceDB answered them: the
// assertions of each file, and a check of each permission for each subject; with all relationships
// stored, contextual, or every other one (OpenFGA CVE-2025-48371, CVE-2024-56323).

import t from 'tap'
import {
  check,
  type FoundResource,
  type FoundSubject,
  overlay,
  type Snapshot,
  type SubjectRow,
} from '../../src/evaluator/index.js'
import { type CheckItem, limits, WILDCARD } from '../../src/terms/index.js'
import { oracle } from '../oracle.js'
import { TestSnapshot } from '../snapshot.js'
import { skip, upstreamWorlds } from '../upstream.js'
import { schemaOf, toItem, toRelationships, type World } from '../world.js'
import { NOW } from './answer.js'
import { found as resourcesOf, toQuestion as toResourcesQuestion } from './resources.js'
import { rowsOf, toQuestion } from './subjects.js'

const LETTERS = { assertTrue: 'T', assertCaveated: 'C', assertFalse: 'F' } as const
interface Answer {
  readonly verdict: string
  readonly missing: readonly string[]
}

t.test('every upstream world is answered as SpiceDB answers it', { skip }, async t => {
  for (const { name, file, recorded } of upstreamWorlds()) {
    const world = {
      schema: schemaOf(file.schema),
      relationships: toRelationships(file.relationships.join('\n')),
    }
    const checks = recorded('check').map(([text, answer]) => ({ item: toItem(text), answer }))
    const asserted = file.assertions.map(({ kind, item }) => ({ item, answer: LETTERS[kind] }))
    const snapshots = toSnapshots(world)
    const wrong = [...checks, ...asserted].flatMap(({ item, answer }) =>
      differences(world, snapshots, item, answer),
    )
    t.strictSame(wrong, [], `${name}: ${checks.length} checks, ${asserted.length} assertions`)
  }
})

t.test('subjects are looked up as SpiceDB finds them', { skip }, async t => {
  for (const { name, file, recorded } of upstreamWorlds()) {
    const schema = schemaOf(file.schema)
    const relationships = toRelationships(file.relationships.join('\n'))
    const lookups = recorded('subjects')
    const wrong = Object.entries(toSnapshots({ schema, relationships })).flatMap(
      ([who, snapshot]) =>
        lookups.flatMap(([text, answer]) => {
          const found = printLookup(rowsOf(snapshot, { schema, question: toQuestion(text) }))
          return found === once(answer) ? [] : [`${text}: ${who} ${found}, not ${answer}`]
        }),
    )
    t.strictSame(wrong, [], `${name}: ${lookups.length} lookups`)
  }
})

t.test('resources are looked up as SpiceDB finds them, in pages too', { skip }, async t => {
  for (const { name, file, recorded } of upstreamWorlds()) {
    const schema = schemaOf(file.schema)
    const relationships = toRelationships(file.relationships.join('\n'))
    const lookups = recorded('resources')
    const wrong = Object.entries(toSnapshots({ schema, relationships })).flatMap(
      ([who, snapshot]) =>
        lookups.flatMap(([text, answer]) =>
          [Number.POSITIVE_INFINITY, 2].flatMap(size => {
            const found = printResources(resourcesInPages(snapshot, schema, text, size))
            return found === answer ? [] : [`${text}: ${who} ${found}, not ${answer}`]
          }),
        ),
    )
    t.strictSame(wrong, [], `${name}: ${lookups.length} lookups`)
  }
})

function resourcesInPages(
  snapshot: Snapshot,
  schema: World['schema'],
  text: string,
  size: number,
): readonly FoundResource[] {
  const all: FoundResource[] = []
  for (;;) {
    const question = toResourcesQuestion(text, { after: all.at(-1)?.id ?? null })
    const page = resourcesOf(snapshot, { schema, question }, size)
    all.push(...page)
    if (page.length < size) return all
  }
}

const printResources = (found: readonly FoundResource[]): string =>
  found
    .map(({ id, missing }) => (missing.length === 0 ? `${id}T` : `${id}C?${missing.join()}`))
    .sort()
    .join(' ')

/** SpiceDB tells some subjects twice. */
const once = (answer: string): string => [...new Set(answer.split(' '))].join(' ')

/** Sorted as texts, as the answers are; the wildcard's excluded follow it. */
const printLookup = (rows: readonly SubjectRow[]): string =>
  rows
    .map(row => {
      const excluded = row.excluded.map(printFound).join('-')
      return row.id === WILDCARD ? `${printFound(row)}-${excluded}` : printFound(row)
    })
    .sort()
    .join(' ')

const printFound = ({ id, missing }: FoundSubject): string =>
  `${id}${missing.length === 0 ? 'T' : 'C'}`

type Snapshots = Readonly<Record<string, Snapshot>>

function toSnapshots({ schema, relationships }: World): Snapshots {
  const [even, odd] = [0, 1].map(rest => relationships.filter((_, place) => place % 2 === rest))
  return {
    stored: new TestSnapshot(relationships),
    contextual: overlay(new TestSnapshot([]), schema, relationships),
    'half of it contextual': overlay(new TestSnapshot(even), schema, odd),
  }
}

/** An assertion says `C` alone, without the names. */
function differences(
  { schema, relationships }: World,
  snapshots: Snapshots,
  item: CheckItem,
  expected: string,
): readonly string[] {
  const { depthMax, workMax } = limits
  const question = { ...item, now: NOW, depthMax, workMax }
  const found: Record<string, Answer> = { oracle: oracle(schema, relationships, question) }
  for (const [name, snapshot] of Object.entries(snapshots)) {
    found[name] = check(snapshot, schema, question)
  }
  return Object.entries(found).flatMap(([who, answer]) => {
    const text = expected === 'C' ? print(answer).slice(0, 1) : print(answer)
    return text === expected ? [] : [`${JSON.stringify(item)}: ${who} ${text}, not ${expected}`]
  })
}

function print({ verdict, missing }: Answer): string {
  if (verdict === 'conditional') return `C?${missing.join(',')}`
  return verdict === 'yes' ? 'T' : 'F'
}
