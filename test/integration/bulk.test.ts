// Import, export and counters over HTTP, on both stores.

import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import t, { type Test } from 'tap'
import {
  parseRelationship,
  printRelationship,
  type Relationship,
  WILDCARD,
} from '../../src/terms/index.js'
import { openService, STORES, TEST_KEY, type TestService } from '../service.js'
import { FILTER, type Json, post, SCHEMA, WRITE_SCHEMA } from '../wire.js'

const IMPORT = '/v1/relationships/importbulk'
const EXPORT = '/v1/relationships/exportbulk'
const MANY = 20_000

const ofGroup = (group: string, count: number): readonly Relationship[] =>
  Array.from({ length: count }, (_, n) => parseRelationship(`group:${group}#member@user:u${n}`))

async function exported({ client }: TestService, batch?: number): Promise<readonly string[]> {
  const texts: string[] = []
  for await (const { relationships } of client.exportRelationships({
    consistency: { kind: 'full' },
    batch,
  })) {
    texts.push(...relationships.map(printRelationship))
  }
  return texts
}

const wire = (text: string): Json => {
  const { resource, relation, subject } = parseRelationship(text)
  return {
    resource: { objectType: resource.type, objectId: resource.id },
    relation,
    subject: {
      object: { objectType: subject.type, objectId: subject.id },
      optionalRelation: subject.relation,
    },
  }
}
const body = (...texts: readonly string[]): string =>
  JSON.stringify({ relationships: texts.map(wire) })

for (const kind of STORES) {
  t.test(`${kind}: bulk`, async t => {
    const service = await openService(kind)
    t.teardown(() => service.close())
    const { client } = service
    await post(service, WRITE_SCHEMA, { schema: SCHEMA })
    await imports(t, service)
    await refusals(t, service)
    await exports(t, service)
    await counters(t, service)

    t.test('many come out as they went in, at one revision', async t => {
      const many = ofGroup('many', MANY)
      t.strictSame(await client.importRelationships({ relationships: many }), { created: MANY })
      const texts = await exported(service)
      const ours = texts.filter(text => text.startsWith('group:many#'))
      t.strictSame(new Set(ours), new Set(many.map(printRelationship)))
      t.equal(ours.length, MANY)
      t.strictSame(
        texts,
        texts.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
      )
      const { answer } = await client.check({
        consistency: { kind: 'full' },
        item: {
          resource: { type: 'group', id: 'many' },
          permission: 'member',
          subject: { type: 'user', id: `u${MANY - 1}`, relation: '' },
          context: {},
        },
      })
      t.strictSame(answer, { kind: 'yes' })
    })
  })
}

async function imports(t: Test, service: TestService): Promise<void> {
  await t.test('messages follow one another, with or without whitespace between them', async t => {
    const [one, two, three] = ['a', 'b', 'c'].map(id => body(`group:plain#member@user:${id}`))
    const { status, text } = await post(service, IMPORT, `${one}${two}\n \n${three}\n`)
    t.strictSame([status, text], [200, '{"numLoaded":"3"}'])
    const again = body('group:plain#member@user:d')
    const twin = await post(service, '/v1/experimental/relationships/bulkimport', again)
    t.strictSame(twin, { status: 200, text: '{"numLoaded":"1"}' })
    t.equal((await exported(service)).length, 4)
  })

  await t.test('nothing is something, too', async t => {
    t.strictSame(await post(service, IMPORT, ''), { status: 200, text: '{"numLoaded":"0"}' })
    t.strictSame(await post(service, IMPORT, '{}'), { status: 200, text: '{"numLoaded":"0"}' })
  })

  await t.test('two at once, while others write', async t => {
    const { client } = service
    const [left, right] = [ofGroup('left', 3000), ofGroup('right', 3000)]
    const updates = ofGroup('beside', 50).map(relationship => [
      { operation: 'touch' as const, relationship },
    ])
    const done = await Promise.all([
      client.importRelationships({ relationships: left }),
      client.importRelationships({ relationships: right }),
      ...updates.map(each => client.writeRelationships({ updates: each })),
    ])
    t.strictSame(done.slice(0, 2), [{ created: 3000 }, { created: 3000 }])
    const texts = new Set(await exported(service))
    t.ok([...left, ...right].every(each => texts.has(printRelationship(each))))
  })
}

async function refusals(t: Test, service: TestService): Promise<void> {
  const before = await exported(service)
  const good = body('group:new#member@user:a')
  type Case = readonly [claim: string, body: string | Buffer, status: number, told: RegExp]
  const latin1 = (text: string): Buffer => Buffer.from(good + text, 'latin1')
  const cases: readonly Case[] = [
    [
      'one that exists',
      good + body('group:plain#member@user:a'),
      409,
      /ATTEMPT_TO_RECREATE.*user:a/,
    ],
    ['one that comes twice', good + good, 409, /ATTEMPT_TO_RECREATE/],
    ['an unknown definition', good + body('nope:new#member@user:a'), 400, /UNKNOWN_DEFINITION/],
    ['an unknown relation', good + body('group:new#nope@user:a'), 400, /UNKNOWN_RELATION/],
    ['a permission', good + body('document:new#view@user:a'), 400, /CANNOT_UPDATE_PERMISSION/],
    ['a subject not admitted', good + body('group:new#member@user:*'), 400, /INVALID_SUBJECT_TYPE/],
    [
      'a wildcard resource',
      good + good.replace('"new"', `"${WILDCARD}"`),
      400,
      /message 2: .*objectId/,
    ],
    ['a wrong type', `${good}{"relationships": 1}`, 400, /message 2: .*`relationships`/],
    ['malformed JSON', `${good}{"relationships": [}`, 400, /message 2: malformed JSON/],
    ['something between', `${good},${good}`, 400, /message 2/],
    ['a message cut off', `${good}{"relationships": [`, 400, /message 2: it is cut off/],
    [
      'a byte that is no UTF-8',
      latin1(body('group:Jos\xe9#member@user:a')),
      400,
      /message 2: malformed JSON: expected UTF-8, found byte 0xe9 at `relationships\[0\].resource.objectId`/,
    ],
    ['a byte between that is no UTF-8', latin1('\xe9'), 400, /message 2/],
    ['a byte order mark', `\ufeff${good}`, 400, /message 1/],
    [
      'half a character at the end of a text',
      latin1(body('group:Jos\xc3#member@user:a')),
      400,
      /expected UTF-8/,
    ],
    [
      'a lone surrogate',
      good + good.replace('"new"', '"\\ud83d"'),
      400,
      /message 2: .*lone surrogates/,
    ],
    [
      'a field twice',
      good + good.replace('"relation":', '"relation":"x","relation":'),
      400,
      /message 2: .*`relationships\[0\].relation`: expected each key once/,
    ],
    [
      'a time beyond the years',
      good +
        good.replace('"relation":', '"optionalExpiresAt":"9999-12-31T23:00:00-02:00","relation":'),
      400,
      /message 2: .*optionalExpiresAt/,
    ],
  ]
  for (const [claim, sent, status, told] of cases) {
    await t.test(`${claim} is refused, and nothing is written`, async t => {
      const refused = await post(service, IMPORT, sent)
      t.equal(refused.status, status)
      t.match(refused.text, told)
      t.strictSame(await exported(service), before)
    })
  }

  await t.test('a character may come in two pieces, but it has to come', async t => {
    const sent = Buffer.from(body('group:é😀#member@user:a'))
    for (let at = sent.indexOf('é') - 1; at < sent.indexOf('😀') + 5; at++) {
      const [head, tail] = [sent.subarray(0, at), sent.subarray(at)]
      const { status, text } = await upload(service, [good, head, tail, head, tail.subarray(1)])
      t.match(text, /message 3/, `${at}: ${text}`)
      t.equal(status, 400)
    }
    t.strictSame(await exported(service), before)
    const half = sent.indexOf('é') + 1
    const whole = await upload(service, [sent.subarray(0, half), sent.subarray(half)])
    t.match(whole, { status: 200, text: '{"numLoaded":"1"}' })
    t.ok((await exported(service)).includes('group:é😀#member@user:a'))
    await service.client.deleteRelationships({
      filter: { resourceType: 'group', resourceId: 'é😀' },
    })
  })

  await t.test('an upload that is cut off leaves nothing', async t => {
    await new Promise<void>(resolve => {
      const headers = { authorization: `Bearer ${TEST_KEY}`, 'transfer-encoding': 'chunked' }
      const upload = request(service.url + IMPORT, { method: 'POST', headers })
      upload.on('error', () => resolve())
      upload.write(body(...ofGroup('cut', 2000).map(printRelationship)), () => upload.destroy())
      upload.on('close', () => resolve())
    })
    t.strictSame(await exported(service), before)
  })

  await t.test('a schema that is written meanwhile ends an import', async t => {
    async function* relationships(): AsyncGenerator<Relationship> {
      yield* ofGroup('late', 1500)
      await service.client.writeSchema({ text: `${SCHEMA}\ndefinition other {}` })
      yield* ofGroup('later', 10)
    }
    const importing = service.client.importRelationships({ relationships: relationships() })
    await t.rejects(importing, { message: /schema was written/ })
    t.strictSame(await exported(service), before)
  })

  await t.test('the key is checked first', async t => {
    const reply = await fetch(service.url + IMPORT, { method: 'POST', body: 'garbage' })
    t.equal(reply.status, 401)
  })
}

/** Sends the pieces one by one. */
async function upload(service: TestService, pieces: readonly (string | Buffer)[]) {
  const sending = request(service.url + IMPORT, {
    method: 'POST',
    headers: { authorization: `Bearer ${TEST_KEY}`, 'transfer-encoding': 'chunked' },
  })
  sending.setNoDelay(true)
  const answered = once(sending, 'response')
  for (const piece of pieces) await new Promise(resolve => sending.write(piece, resolve))
  sending.end()
  const [reply] = (await answered) as [IncomingMessage]
  return { status: reply.statusCode, text: Buffer.concat(await reply.toArray()).toString() }
}

async function exports(t: Test, service: TestService): Promise<void> {
  const { client } = service
  await t.test('an export continues after any batch, in batches of another size', async t => {
    const whole = await exported(service)
    let cursor: string | undefined
    const texts: string[] = []
    for (let batch = 1; ; batch = Math.min(batch * 3, 10_000)) {
      const rest = client.exportRelationships({ consistency: { kind: 'full' }, batch, cursor })
      const { value } = await rest.next()
      if (value === undefined) break
      await rest.return(undefined)
      t.ok(value.relationships.length <= batch)
      texts.push(...value.relationships.map(printRelationship))
      cursor = value.cursor
    }
    t.strictSame(texts, whole)
  })

  await t.test('relationships that are written meanwhile are not in it', async t => {
    const whole = await exported(service)
    const texts: string[] = []
    for await (const { relationships } of client.exportRelationships({
      consistency: { kind: 'full' },
      batch: 1000,
    })) {
      texts.push(...relationships.map(printRelationship))
      const [relationship] = ofGroup(`zzz${texts.length}`, 1)
      await client.writeRelationships({ updates: [{ operation: 'touch', relationship }] })
    }
    t.strictSame(texts, whole)
    await client.deleteRelationships({ filter: { resourceType: 'group', resourceIdPrefix: 'zzz' } })
  })

  await t.test('a filter, and what it refuses', async t => {
    const ask = async (asked: Json) => post(service, EXPORT, asked)
    const { text } = await ask({ optionalRelationshipFilter: { optionalResourceId: 'plain' } })
    t.equal(JSON.parse(text).result.relationships.length, 4)
    const both = { optionalResourceId: 'a', optionalResourceIdPrefix: 'b' }
    t.match(await ask({ optionalRelationshipFilter: both }), {
      status: 400,
      text: /INVALID_FILTER/,
    })
    const unknown = { resourceType: 'nope' }
    t.match(await ask({ optionalRelationshipFilter: unknown }), { text: /UNKNOWN_DEFINITION/ })
    t.match(await ask({ optionalLimit: 10_001 }), { text: /EXCEEDS_MAXIMUM_ALLOWABLE_LIMIT/ })
    t.match(await ask({ optionalCursor: { token: 'x' } }), { text: /INVALID_CURSOR/ })
  })
}

async function counters(t: Test, service: TestService): Promise<void> {
  const ask = async (verb: string, asked: Json) => {
    const { text } = await post(service, `/v1/experimental/${verb}`, asked)
    return JSON.parse(text) as Json
  }
  const register = (
    name: string,
    relationshipFilter: Json = { resourceType: 'group', optionalResourceId: 'plain' },
  ) => ask('registerrelationshipcounter', { name, relationshipFilter })
  const count = (name: string) => ask('countrelationships', { name })
  const unregister = (name: string) => ask('unregisterrelationshipcounter', { name })

  await t.test('a counter counts what matches, until it is forgotten', async t => {
    t.strictSame(await register('plain'), {})
    const counted = { readCounterValue: { relationshipCount: '4', readAt: { token: String } } }
    t.match(await count('plain'), counted)
    await service.client.deleteRelationships({
      filter: { resourceType: 'group', resourceId: 'plain', subject: { type: 'user', id: 'a' } },
    })
    t.match(await count('plain'), { readCounterValue: { relationshipCount: '3' } })
    t.match(JSON.stringify(await register('plain')), /COUNTER_ALREADY_REGISTERED/)
    t.strictSame(await unregister('plain'), {})
    for (const refused of [await count('plain'), await unregister('plain')]) {
      t.match(refused, { code: 9 })
      t.match(JSON.stringify(refused), /COUNTER_NOT_REGISTERED/)
    }
  })

  await t.test('a counter needs a name and a filter of the schema', async t => {
    t.match(await register(''), { code: 3 })
    t.match(await register('abc', {}), { code: 3 })
    t.match(await register('abc', { resourceType: 'nope' }), { code: 9 })
    t.match(await count(''), { code: 3 })
    t.strictSame(await register('documents', FILTER), {})
    t.match(await count('documents'), { readCounterValue: { relationshipCount: '0' } })
  })
}
