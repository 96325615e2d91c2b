// Upstream worlds through HTTP, on both stores: every assertion single and in bulk, every
// relationship read back, and every check and lookup of subjects that a real SpiceDB was asked,
// answered as it answered; and in bulk with nothing stored, all relationships being contextual.

import t, { type Test } from 'tap'
import {
  type CheckAnswer,
  type CheckItem,
  parseRelationship,
  printRelationship,
  type Relationship,
} from '../../src/terms/index.js'
import { openService, STORES, type TestService } from '../service.js'
import { skip, type UpstreamWorld, upstreamWorlds } from '../upstream.js'
import type { ValidationFile } from '../validationFile.js'
import { type Json, object, results, SUBJECTS } from '../wire.js'

const FULL = { kind: 'full' } as const

const KINDS: Readonly<Record<string, CheckAnswer['kind']>> = {
  assertTrue: 'yes',
  assertCaveated: 'conditional',
  assertFalse: 'no',
}

for (const store of STORES) {
  t.test(`${store}: every upstream world answers as SpiceDB does`, { skip }, async t => {
    const service = await openService(store)
    t.teardown(() => service.close())
    for (const { name, file, recorded } of upstreamWorlds()) {
      await t.test(name, async t => {
        const stored = await load(service, file)
        t.strictSame(await readBack(service), live(stored), 'each relationship is read back')
        await assertions(t, service, file)
        await bulkAssertions(t, service, file)
        await recordedChecks(t, service, recorded('check'))
        // The store has no part in a lookup.
        if (store === 'embedded') await recordedLookups(t, service, recorded('subjects'))
      })
      await clear(service, file)
      await t.test(`${name}, all of it contextual`, async t => {
        const contextual = file.relationships.map(parseRelationship)
        await bulkAssertions(t, service, file, contextual)
        await recordedChecks(t, service, recorded('check'), contextual)
      })
      await service.client.writeSchema({ text: '' })
    }
  })
}

async function load({ client }: TestService, world: ValidationFile): Promise<Relationship[]> {
  await client.writeSchema({ text: world.schema })
  const relationships = world.relationships.map(parseRelationship)
  await client.writeRelationships({
    updates: relationships.map(relationship => ({ operation: 'touch', relationship })),
  })
  return relationships
}

/** Takes all relationships away. */
async function clear({ client }: TestService, world: ValidationFile): Promise<void> {
  const types = new Set(world.relationships.map(text => parseRelationship(text).resource.type))
  for (const resourceType of types) await client.deleteRelationships({ filter: { resourceType } })
}

const live = (relationships: readonly Relationship[]): string[] =>
  relationships
    .filter(({ expiresAt }) => expiresAt === null || expiresAt > Date.now())
    .map(printRelationship)
    .sort()

async function readBack({ client }: TestService): Promise<string[]> {
  const types = new Set<string>()
  const found: string[] = []
  const { text } = await client.readSchema()
  for (const [, type] of text.matchAll(/\bdefinition\s+([a-z0-9_/]+)/g)) types.add(type)
  for (const resourceType of types) {
    const items = client.readRelationships({ consistency: FULL, filter: { resourceType } })
    for await (const { relationship } of items) found.push(printRelationship(relationship))
  }
  return found.sort()
}

const expectedOf = ({ assertions }: ValidationFile): readonly string[] =>
  assertions.map(({ kind, text }) => `${text} => ${KINDS[kind]}`)

async function assertions(t: Test, { client }: TestService, world: ValidationFile) {
  const single: string[] = []
  for (const { text, item } of world.assertions) {
    const { answer } = await client.check({ consistency: FULL, item })
    single.push(`${text} => ${answer.kind}`)
  }
  t.strictSame(single, expectedOf(world), 'each assertion by itself')
}

async function bulkAssertions(
  t: Test,
  { client }: TestService,
  world: ValidationFile,
  contextual?: readonly Relationship[],
): Promise<void> {
  const items = world.assertions.map(({ item }) => item)
  const bulk = await client.checkBulk({ consistency: FULL, items, contextual })
  t.strictSame(
    bulk.answers.map((answer, i) => `${world.assertions[i].text} => ${kindOf(answer)}`),
    expectedOf(world),
    'all assertions in bulk',
  )
}

type Recorded = ReturnType<UpstreamWorld['recorded']>

async function recordedChecks(
  t: Test,
  { client }: TestService,
  checks: Recorded,
  contextual?: readonly Relationship[],
): Promise<void> {
  const items = checks.map(([question]) => toItem(question))
  const { answers } = await client.checkBulk({ consistency: FULL, items, contextual })
  t.strictSame(
    answers.map((answer, i) => `${checks[i][0]} => ${short(answer)}`),
    checks.map(([question, answer]) => `${question} => ${answer}`),
    'each recorded check',
  )
}

/** Each in one stream, and in pages of one to three. */
async function recordedLookups(t: Test, service: TestService, lookups: Recorded): Promise<void> {
  const expected = lookups.map(([question, answer]) => `${question} => ${once(answer)}`)
  const found = await Promise.all(
    lookups.map(async ([text], place) => {
      const question = toLookup(text)
      const whole = print(await results<FoundLine>(service, SUBJECTS, question))
      const paged = print(await inPages(service, question, 1 + (place % 3)))
      return [whole, paged].map(answer => `${text} => ${answer}`)
    }),
  )
  t.strictSame(
    found.map(([whole]) => whole),
    expected,
    'each recorded lookup of subjects',
  )
  t.strictSame(
    found.map(([, paged]) => paged),
    expected,
    'the same in pages',
  )
}

interface Found {
  readonly subjectObjectId: string
  readonly permissionship: string
}

interface FoundLine extends Found {
  readonly excludedSubjects: readonly Found[]
  readonly afterResultCursor: Json
}

async function inPages(service: TestService, question: Json, size: number) {
  const found: FoundLine[] = []
  for (let ended = false; !ended; ) {
    const page = await results<FoundLine>(service, SUBJECTS, {
      ...question,
      optionalConcreteLimit: size,
      optionalCursor: found.at(-1)?.afterResultCursor ?? null,
    })
    found.push(...page)
    ended = page.length < size
  }
  return found
}

function toLookup(text: string): Json {
  const [resource, subjectObjectType] = text.split('@')
  const [type, id, permission] = resource.split(/[:#]/)
  const consistency = { fullyConsistent: true }
  return { consistency, resource: object(type, id), permission, subjectObjectType }
}

/** SpiceDB tells some subjects twice. */
const once = (answer: string): string => [...new Set(answer.split(' '))].join(' ')

const print = (lines: readonly FoundLine[]): string =>
  lines
    .map(line => {
      const excluded = line.excludedSubjects.map(printFound).join('-')
      return line.subjectObjectId === '*' ? `${printFound(line)}-${excluded}` : printFound(line)
    })
    .sort()
    .join(' ')

const printFound = ({ subjectObjectId, permissionship }: Found): string =>
  `${subjectObjectId}${permissionship === 'LOOKUP_PERMISSIONSHIP_HAS_PERMISSION' ? 'T' : 'C'}`

type BulkAnswer = CheckAnswer | Error

const kindOf = (answer: BulkAnswer): string =>
  answer instanceof Error ? answer.message : answer.kind

function short(answer: BulkAnswer): string {
  if (answer instanceof Error) return answer.message
  if (answer.kind === 'conditional') return `C?${answer.missing.join(',')}`
  return answer.kind === 'yes' ? 'T' : 'F'
}

function toItem(text: string): CheckItem {
  const { resource, relation, subject } = parseRelationship(text)
  return { resource, permission: relation, subject, context: {} }
}
