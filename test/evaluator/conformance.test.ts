// Upstream worlds, answered by the oracle and by the evaluator as SpiceDB answered them: the
// assertions of each file, a check of each permission for each subject, and lookups, whole and in
// pages. Each world is tried with every way in which a node holds its graph, and with all
// relationships stored, all contextual, or every other one (OpenFGA CVE-2025-48371,
// CVE-2024-56323).

import t from 'tap'
import { answerItem } from '../../src/engine/check.js'
import { type Found, lookupResources, lookupSubjects, overlay } from '../../src/evaluator/index.js'
import { atOnce } from '../../src/evaluator/sliced.js'
import {
  type CheckAnswer,
  type CheckItem,
  type Relationship,
  toRevision,
  WILDCARD,
} from '../../src/terms/index.js'
import { inPages, once, type Views } from '../differential/asking.js'
import { toHistory } from '../differential/histories.js'
import { SUPPLIERS, type Supplier } from '../differential/suppliers.js'
import { oracle } from '../oracle.js'
import { BASE } from '../replica/supplier.js'
import { skip, type UpstreamWorld, upstreamWorlds } from '../upstream.js'
import { schemaOf, toItem, toRelationships, type World } from '../world.js'
import { NOW } from './answer.js'
import { granted, toQuestion as toResourcesQuestion } from './resources.js'
import { toQuestion as toSubjectsQuestion } from './subjects.js'

const LETTERS = { assertTrue: 'T', assertCaveated: 'C', assertFalse: 'F' } as const

t.test('every upstream world is answered as SpiceDB answers it', { skip }, async t => {
  for (const upstream of upstreamWorlds()) {
    const world = toWorld(upstream)
    const wrong = wrongOf('the oracle', checksOf(upstream), item => defined(world, item))
    t.strictSame(await wrong, [], `${upstream.name}: the definition`)
    for (const [who, views] of Object.entries(await toViews(world))) {
      t.strictSame(await wrongAnswers(who, views, upstream), [], `${upstream.name}: ${who}`)
    }
  }
})

type Expected<Question> = readonly (readonly [question: Question, answer: string])[]

/** Questions whose answers, in print, are not the expected ones. */
async function wrongOf<Question>(
  who: string,
  expected: Expected<Question>,
  answer: (question: Question) => Promise<string>,
): Promise<readonly string[]> {
  const wrong: string[] = []
  for (const [question, text] of expected) {
    const found = await answer(question)
    // An assertion says `C` alone, without the names.
    if ((text === 'C' ? found.slice(0, 1) : found) === text) continue
    wrong.push(`${JSON.stringify(question)}: ${who} ${found}, not ${text}`)
  }
  return wrong
}

async function wrongAnswers(
  who: string,
  views: Views,
  upstream: UpstreamWorld,
): Promise<readonly string[]> {
  const check = (item: CheckItem) =>
    once(views, view => atOnce(answerItem(view, item, { now: NOW })))
  const wrong = [
    wrongOf(who, checksOf(upstream), async item => printCheck(await check(item))),
    wrongOf(who, subjectsOf(upstream), text => foundSubjects(views, text)),
    ...[Number.POSITIVE_INFINITY, 2].map(size =>
      wrongOf(who, upstream.recorded('resources'), text => foundResources(views, text, size)),
    ),
  ]
  return (await Promise.all(wrong)).flat()
}

const checksOf = ({ file, recorded }: UpstreamWorld): Expected<CheckItem> => [
  ...file.assertions.map(({ kind, item }) => [item, LETTERS[kind]] as const),
  ...recorded('check').map(([text, answer]) => [toItem(text), answer] as const),
]

/** SpiceDB tells some subjects twice. */
const subjectsOf = ({ recorded }: UpstreamWorld): Expected<string> =>
  recorded('subjects').map(([text, answer]) => [text, [...new Set(answer.split(' '))].join(' ')])

async function defined({ schema, relationships }: World, item: CheckItem): Promise<string> {
  const { verdict, missing } = oracle(schema, relationships, { ...item, now: NOW })
  if (verdict === 'refused') return verdict
  return printCheck(verdict === 'conditional' ? { kind: verdict, missing } : { kind: verdict })
}

function printCheck(answer: CheckAnswer): string {
  if (answer.kind === 'conditional') return `C?${answer.missing.join(',')}`
  return answer.kind === 'yes' ? 'T' : 'F'
}

async function foundResources(views: Views, text: string, size: number): Promise<string> {
  const found: string[] = []
  const items = inPages(views, size, after => ({
    evaluate: lookupResources,
    question: toResourcesQuestion(text, { after }),
  }))
  for await (const item of items) {
    const { id, missing } = granted(item)
    found.push(missing.length === 0 ? `${id}T` : `${id}C?${missing.join()}`)
  }
  return found.sort().join(' ')
}

/** Sorted as texts, as the answers are; the wildcard's excluded follow it. */
async function foundSubjects(views: Views, text: string): Promise<string> {
  const found: string[] = []
  const rows = inPages(views, Number.POSITIVE_INFINITY, after => ({
    evaluate: lookupSubjects,
    question: toSubjectsQuestion(text, { after }),
  }))
  for await (const row of rows) {
    const excluded = row.excluded.map(printSubject).join('-')
    found.push(row.id === WILDCARD ? `${printSubject(row)}-${excluded}` : printSubject(row))
  }
  return found.sort().join(' ')
}

const printSubject = (found: Found): string =>
  `${found.id}${granted(found).missing.length === 0 ? 'T' : 'C'}`

const toWorld = ({ file }: UpstreamWorld): World => ({
  schema: schemaOf(file.schema),
  relationships: toRelationships(file.relationships.join('\n')),
})

async function toViews(world: World): Promise<Readonly<Record<string, Views>>> {
  const { schema, relationships } = world
  const [even, odd] = [0, 1].map(rest => relationships.filter((_, place) => place % 2 === rest))
  const { resident, 'on demand, 4 rows kept': partial } = SUPPLIERS
  const views: Record<string, Views> = {
    contextual: await viewsOf(resident, { schema, relationships: [] }, relationships),
    'half contextual': await viewsOf(resident, { schema, relationships: even }, odd),
    'on demand, half contextual': await viewsOf(partial, { schema, relationships: even }, odd),
  }
  for (const [name, supplier] of Object.entries(SUPPLIERS)) {
    views[name] = await viewsOf(supplier, world)
  }
  return views
}

async function viewsOf(
  supplier: Supplier,
  world: World,
  contextual?: readonly Relationship[],
): Promise<Views> {
  const supply = await supplier(toHistory({ ...world, items: [] }, [], 1))
  const { schema } = world
  return () => {
    const view = supply.view(toRevision(BASE))
    if (contextual === undefined) return view
    return { ...view, snapshot: overlay(view.snapshot, schema, contextual) }
  }
}
