// Upstream worlds through HTTP, on both stores: every assertion single and in bulk, every
// relationship read back, and every check that a real SpiceDB was asked, answered as it answered.
// The worlds lie beside the checkout; where they do not, there is nothing to run.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import t, { type Test } from 'tap'
import {
  type CheckAnswer,
  type CheckItem,
  parseRelationship,
  printRelationship,
  type Relationship,
} from '../../src/terms/index.js'
import { openService, STORES, type TestService } from '../service.js'
import { readValidationFile, type ValidationFile } from '../validationFile.js'

const FOLDER = resolve(import.meta.dirname, '../../../../shared/conformance')
const FULL = { kind: 'full' } as const

type Answers = Readonly<Record<string, Readonly<Record<string, string>>>>

const KINDS: Readonly<Record<string, CheckAnswer['kind']>> = {
  assertTrue: 'yes',
  assertCaveated: 'conditional',
  assertFalse: 'no',
}

const skip = existsSync(FOLDER) ? false : 'the upstream worlds are not beside the checkout'

for (const store of STORES) {
  t.test(`${store}: every upstream world answers as SpiceDB does`, { skip }, async t => {
    const answers = readAnswers()
    const service = await openService(store)
    t.teardown(() => service.close())
    for (const name of readdirSync(join(FOLDER, 'spicedb'))) {
      const world = readValidationFile(readFileSync(join(FOLDER, 'spicedb', name), 'utf8'))
      await t.test(name, async t => {
        const stored = await load(service, world)
        t.strictSame(await readBack(service), live(stored), 'each relationship is read back')
        await assertions(t, service, world)
        await recordedChecks(t, service, answers[name])
      })
      await clear(service, world)
    }
  })
}

function readAnswers(): Answers {
  return JSON.parse(readFileSync(join(FOLDER, 'spicedb-answers.json'), 'utf8')) as Answers
}

async function load({ client }: TestService, world: ValidationFile): Promise<Relationship[]> {
  await client.writeSchema({ text: world.schema })
  const relationships = world.relationships.map(parseRelationship)
  await client.writeRelationships({
    updates: relationships.map(relationship => ({ operation: 'touch', relationship })),
  })
  return relationships
}

/** Takes everything away, so that the next world starts empty. */
async function clear({ client }: TestService, world: ValidationFile): Promise<void> {
  const types = new Set(world.relationships.map(text => parseRelationship(text).resource.type))
  for (const resourceType of types) await client.deleteRelationships({ filter: { resourceType } })
  await client.writeSchema({ text: '' })
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

async function assertions(t: Test, { client }: TestService, world: ValidationFile) {
  const expected = world.assertions.map(({ kind, text }) => `${text} => ${KINDS[kind]}`)
  const single: string[] = []
  for (const { text, item } of world.assertions) {
    const { answer } = await client.check({ consistency: FULL, item })
    single.push(`${text} => ${answer.kind}`)
  }
  t.strictSame(single, expected, 'each assertion by itself')
  const items = world.assertions.map(({ item }) => item)
  const bulk = await client.checkBulk({ consistency: FULL, items })
  t.strictSame(
    bulk.answers.map((answer, i) => `${world.assertions[i].text} => ${kindOf(answer)}`),
    expected,
    'all assertions in bulk',
  )
}

async function recordedChecks(
  t: Test,
  { client }: TestService,
  recorded: Readonly<Record<string, string>>,
): Promise<void> {
  const checks = Object.entries(recorded).filter(([question]) => question.startsWith('check '))
  const items = checks.map(([question]) => toItem(question.slice('check '.length)))
  const { answers } = await client.checkBulk({ consistency: FULL, items })
  t.strictSame(
    answers.map((answer, i) => `${checks[i][0]} => ${short(answer)}`),
    checks.map(([question, answer]) => `${question} => ${answer}`),
    'each recorded check',
  )
}

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
