// Upstream worlds through HTTP, on both stores, with resident and on-demand graphs: every assertion
// single and in bulk, every relationship read back, and every check and lookup with the recorded
// answer of a real SpiceDB. They run once more with nothing stored, when all relationships are
// contextual.

import { Redis } from 'ioredis'
import t, { type Test } from 'tap'
import { fromRelationship } from '../../src/messages/index.js'
import {
  type CheckAnswer,
  type CheckItem,
  parseRelationship,
  printRelationship,
  type Relationship,
} from '../../src/terms/index.js'
import { provisionRedis } from '../provision.js'
import { openService, STORES, type TestService } from '../service.js'
import { skip, type UpstreamWorld, upstreamWorlds } from '../upstream.js'
import type { ValidationFile } from '../validationFile.js'
import { type Json, object, RESOURCES, results, SUBJECTS, subject } from '../wire.js'

/** The time limit of the tests, because a question takes some milliseconds. */
const LOSS_MS = 11
const FULL = { kind: 'full' } as const

const KINDS: Readonly<Record<string, CheckAnswer['kind']>> = {
  assertTrue: 'yes',
  assertCaveated: 'conditional',
  assertFalse: 'no',
}

/** A resident node on each kind of store, and an on-demand node with a forgetful Redis. */
const NODES = [
  ...STORES.map(store => ({ store, isOnDemand: false })),
  { store: 'postgres', isOnDemand: true },
] as const

for (const { store, isOnDemand } of NODES) {
  const name = isOnDemand ? `${store}, on demand` : store
  t.test(`${name}: every upstream world answers as SpiceDB does`, { skip }, async t => {
    const flags = isOnDemand ? ['--graph', 'on-demand', '--redis', await forgetfulRedis(t)] : []
    const service = await openService(store, flags)
    t.teardown(() => service.close())
    // The kind of store does not matter for a lookup over a resident graph.
    const looksUp = isOnDemand || store === 'embedded'
    for (const { name, file, recorded } of upstreamWorlds()) {
      await t.test(name, async t => {
        const stored = await load(service, file)
        t.strictSame(await readBack(service), live(stored), 'each relationship is read back')
        await assertions(t, service, file)
        await bulkAssertions(t, service, file)
        await recordedChecks(t, service, recorded('check'))
        if (!looksUp) return
        await recordedLookups(t, service, SUBJECTS_LOOKUP, recorded('subjects'))
        await recordedLookups(t, service, RESOURCES_LOOKUP, recorded('resources'))
      })
      await clear(service, file)
      await t.test(`${name}, all of it contextual`, async t => {
        const contextual = file.relationships.map(parseRelationship)
        await bulkAssertions(t, service, file, contextual)
        await recordedChecks(t, service, recorded('check'), contextual)
        if (!looksUp) return
        const subjects = bringing(contextual, SUBJECTS_LOOKUP)
        const resources = bringing(contextual, RESOURCES_LOOKUP)
        await recordedLookups(t, service, subjects, recorded('subjects').filter(everyFifth))
        await recordedLookups(t, service, resources, recorded('resources').filter(everyFifth))
      })
      await service.client.writeSchema({ text: '' })
    }
  })
}

/** A Redis that repeatedly loses everything. */
async function forgetfulRedis(t: Test): Promise<string> {
  const url = `${(await provisionRedis()).url}/7`
  const redis = new Redis(url)
  const losing = setInterval(() => redis.flushdb(), LOSS_MS)
  t.teardown(() => {
    clearInterval(losing)
    redis.disconnect()
  })
  return url
}

const everyFifth = (_: unknown, place: number): boolean => place % 5 === 0

async function load({ client }: TestService, world: ValidationFile): Promise<Relationship[]> {
  await client.writeSchema({ text: world.schema })
  const relationships = world.relationships.map(parseRelationship)
  await client.writeRelationships({
    updates: relationships.map(relationship => ({ operation: 'touch', relationship })),
  })
  return relationships
}

/** Deletes all relationships. */
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

/** A lookup: how it is asked, and how its answer is printed in the form of the recorded ones. */
interface Lookup<Line> {
  readonly path: string
  readonly limit: string
  toQuestion(text: string): Json
  print(lines: readonly Line[]): string
}

interface Paged {
  readonly afterResultCursor: Json
}

/** Runs each lookup in one stream, and in pages of one to three. */
async function recordedLookups<Line extends Paged>(
  t: Test,
  service: TestService,
  lookup: Lookup<Line>,
  lookups: Recorded,
): Promise<void> {
  const expected = lookups.map(([question, answer]) => `${question} => ${once(answer)}`)
  const found = await Promise.all(
    lookups.map(async ([text], place) => {
      const whole = await results<Line>(service, lookup.path, lookup.toQuestion(text))
      const paged = await inPages(service, lookup, text, 1 + (place % 3))
      return [whole, paged].map(lines => `${text} => ${lookup.print(lines)}`)
    }),
  )
  t.strictSame(
    found.map(([whole]) => whole),
    expected,
    `each recorded question to ${lookup.path}`,
  )
  t.strictSame(
    found.map(([, paged]) => paged),
    expected,
    'the same in pages',
  )
}

const bringing = <Line>(
  contextual: readonly Relationship[],
  { toQuestion, ...lookup }: Lookup<Line>,
): Lookup<Line> => ({
  ...lookup,
  toQuestion: text => ({
    ...toQuestion(text),
    contextualRelationships: contextual.map(fromRelationship),
  }),
})

async function inPages<Line extends Paged>(
  service: TestService,
  { path, limit, toQuestion }: Lookup<Line>,
  text: string,
  size: number,
): Promise<readonly Line[]> {
  const found: Line[] = []
  for (let ended = false; !ended; ) {
    const page = await results<Line>(service, path, {
      ...toQuestion(text),
      [limit]: size,
      optionalCursor: found.at(-1)?.afterResultCursor ?? null,
    })
    found.push(...page)
    ended = page.length < size
  }
  return found
}

interface FoundSubject {
  readonly subjectObjectId: string
  readonly permissionship: string
}

interface SubjectLine extends FoundSubject, Paged {
  readonly excludedSubjects: readonly FoundSubject[]
}

const consistency = { fullyConsistent: true }

const SUBJECTS_LOOKUP: Lookup<SubjectLine> = {
  path: SUBJECTS,
  limit: 'optionalConcreteLimit',
  toQuestion(text) {
    const [resource, subjectObjectType] = text.split('@')
    const [type, id, permission] = resource.split(/[:#]/)
    return { consistency, resource: object(type, id), permission, subjectObjectType }
  },
  print: lines =>
    lines
      .map(line => {
        const excluded = line.excludedSubjects.map(printSubject).join('-')
        return line.subjectObjectId === '*'
          ? `${printSubject(line)}-${excluded}`
          : printSubject(line)
      })
      .sort()
      .join(' '),
}

const printSubject = ({ subjectObjectId, permissionship }: FoundSubject): string =>
  `${subjectObjectId}${letterOf(permissionship)}`

const letterOf = (permissionship: string): string =>
  permissionship === 'LOOKUP_PERMISSIONSHIP_HAS_PERMISSION' ? 'T' : 'C'

interface ResourceLine extends Paged {
  readonly resourceObjectId: string
  readonly permissionship: string
  readonly partialCaveatInfo: { readonly missingRequiredContext: readonly string[] } | null
}

const RESOURCES_LOOKUP: Lookup<ResourceLine> = {
  path: RESOURCES,
  limit: 'optionalLimit',
  toQuestion(text) {
    const [resourceObjectType] = text.split('#', 1)
    const { permission, subject: found } = toItem(text.replace('#', ':any#'))
    const { type, id, relation } = found
    return { consistency, resourceObjectType, permission, subject: subject(type, id, relation) }
  },
  print: lines =>
    lines
      .map(({ resourceObjectId, permissionship, partialCaveatInfo }) => {
        const missing = partialCaveatInfo?.missingRequiredContext
        const names = missing === undefined ? '' : `?${missing.join()}`
        return `${resourceObjectId}${letterOf(permissionship)}${names}`
      })
      .sort()
      .join(' '),
}

/** SpiceDB lists some subjects twice. */
const once = (answer: string): string => [...new Set(answer.split(' '))].join(' ')

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
