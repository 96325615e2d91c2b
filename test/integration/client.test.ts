// The client and the API test each other: every method over HTTP and over a Unix socket.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import t from 'tap'
import { connect, type ReadItem, RemoteError } from '../../src/client/index.js'
import { readiness, Stores } from '../../src/engine/index.js'
import { buildApp } from '../../src/http/index.js'
import { protocols } from '../../src/protocols/index.js'
import { openDatabase } from '../../src/storage/index.js'
import {
  type CheckItem,
  type JsonObject,
  parseRelationship,
  printRelationship,
  type Relationship,
  type Update,
} from '../../src/terms/index.js'
import { freshDatastore, TEST_KEY } from '../service.js'

const SCHEMA = `caveat on_day(day string) { day == "tuesday" }
definition user {}
definition document {
  relation viewer: user | user with on_day
  permission view = viewer
}`

const { datastore, remove } = await freshDatastore('embedded')
const database = await openDatabase(datastore)
const stores = await Stores.open({ database })
const app = await buildApp({
  stores,
  keys: [TEST_KEY],
  logger: pino({ level: 'silent' }),
  readiness: () => readiness(stores.home),
  protocols,
})
const folder = await mkdtemp(join(tmpdir(), 'pemba-socket-'))
const socket = join(folder, 'pemba.sock')
await app.listen({ path: socket })
const client = connect({ url: `unix:${socket}`, key: TEST_KEY })

t.teardown(async () => {
  await client.close()
  await app.close()
  await stores.close()
  await remove()
  await rm(folder, { recursive: true })
})

const touch = (text: string): Update => ({
  operation: 'touch',
  relationship: parseRelationship(text),
})
const view = (id: string, user: string): CheckItem => ({
  resource: { type: 'document', id },
  permission: 'view',
  subject: { type: 'user', id: user, relation: '' },
  context: {},
})

async function textsOf(items: AsyncIterable<ReadItem>): Promise<string[]> {
  const texts: string[] = []
  for await (const { relationship } of items) texts.push(printRelationship(relationship))
  return texts
}

t.test('a schema is read as it was written, and before that not found', async t => {
  await t.rejects(client.readSchema(), { status: 404, code: 5, reason: null })
  const { token } = await client.writeSchema({
    text: SCHEMA,
    note: { actor: 'Zoë', reason: '100%' },
  })
  const read = await client.readSchema()
  t.equal(read.text, SCHEMA)
  t.equal(read.token, token)
})

t.test('written relationships are found at the token of the write', async t => {
  const { token } = await client.writeRelationships({
    updates: [touch('document:1#viewer@user:ann'), touch('document:1#viewer@user:cat[on_day]')],
    note: { metadata: { ticket: { id_number: 7 } } },
  })
  const consistency = { kind: 'at-least', token } as const
  const yes = await client.check({ consistency, item: view('1', 'ann') })
  t.strictSame(yes.answer, { kind: 'yes' })
  const maybe = await client.check({ consistency, item: view('1', 'cat') })
  t.strictSame(maybe.answer, { kind: 'conditional', missing: ['day'] })
  const item = { ...view('1', 'cat'), context: { day: 'monday' } }
  t.strictSame((await client.check({ consistency, item })).answer, { kind: 'no' })
})

t.test('many checks have their answers and errors in order', async t => {
  const items = [view('1', 'ann'), { ...view('1', 'ann'), permission: 'nope' }, view('1', 'bob')]
  const { answers } = await client.checkBulk({ consistency: { kind: 'full' }, items })
  const [first, second, third] = answers
  t.strictSame([first, third], [{ kind: 'yes' }, { kind: 'no' }])
  t.ok(second instanceof RemoteError)
  t.match(second, { code: 9, reason: 'UNKNOWN_RELATION_OR_PERMISSION' })
})

t.test('a revision can be asked about when it is past', async t => {
  const before = await client.writeRelationships({ updates: [touch('document:2#viewer@user:ann')] })
  await client.deleteRelationships({ filter: { resourceId: '2' } })
  const item = view('2', 'ann')
  const then = await client.check({ consistency: { kind: 'exact', token: before.token }, item })
  t.strictSame(then, { answer: { kind: 'yes' }, token: before.token })
  const now = await client.check({ consistency: { kind: 'full' }, item })
  t.strictSame(now.answer, { kind: 'no' })
})

t.test('relationships are read page by page, and all at once', async t => {
  const texts = Array.from({ length: 2500 }, (_, n) => `document:p${10_000 + n}#viewer@user:ann`)
  for (let from = 0; from < texts.length; from += 1000) {
    await client.writeRelationships({ updates: texts.slice(from, from + 1000).map(touch) })
  }
  const call = { consistency: { kind: 'full' }, filter: { resourceIdPrefix: 'p' } } as const
  t.strictSame(await textsOf(client.readRelationships(call)), texts)
  const pages: string[] = []
  let cursor: string | undefined
  for (const limit of [1, 1000, 7, 1000, 1000]) {
    for await (const item of client.readRelationships({ ...call, limit, cursor })) {
      pages.push(printRelationship(item.relationship))
      cursor = item.cursor
    }
  }
  t.strictSame(pages, texts)
})

t.test('a stream can be left early, and the connection serves on', async t => {
  const items = client.readRelationships({
    consistency: { kind: 'full' },
    filter: { resourceType: 'document' },
  })
  for await (const { relationship } of items) {
    t.equal(relationship.resource.type, 'document')
    break
  }
  t.ok((await client.readSchema()).text)
})

t.test('a call can be given up', async t => {
  const gone = AbortSignal.abort(new Error('never mind'))
  await t.rejects(client.readSchema({ signal: gone }), { message: 'never mind' })
})

t.test('what JSON cannot carry is not sent', async t => {
  const relationship = parseRelationship('document:1#viewer@user:ann')
  const named = (id: string) => ({ ...relationship, resource: { type: 'document', id } })
  const write = (each: Relationship, metadata?: JsonObject) =>
    client.writeRelationships({
      updates: [{ operation: 'touch', relationship: each }],
      note: { metadata },
    })
  await t.rejects(write(named('a\ud800')), {
    name: 'TypeError',
    message: /lone surrogate.*`updates\[0\].relationship.resource.objectId`/,
  })
  await t.rejects(write(relationship, { a: [{ '\udc00': 1 }] }), { name: 'TypeError' })
  for (const number of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    await t.rejects(write(relationship, { a: [number] }), {
      name: 'TypeError',
      message: /`optionalTransactionMetadata.a\[0\]`/,
    })
  }
  for (const expiresAt of [Number.NaN, 253_402_300_800_000, -62_135_596_800_001]) {
    await t.rejects(write({ ...relationship, expiresAt }), { name: 'RangeError' }, `${expiresAt}`)
  }
  await t.rejects(client.importRelationships({ relationships: [named('\udfff')] }))
  await t.rejects(client.registerCounter({ name: '\ud800', filter: { resourceType: 'document' } }))
  const sheet = client.sheet({
    resource: { type: 'document', id: '\ud800' },
    actor: { type: 'user', id: 'ann' },
  })
  await t.rejects(sheet, { name: 'TypeError', message: /`resource.objectId`/ })
  await t.rejects(client.writeSchema({ text: 'definition user {}', note: { reason: '\ud800' } }))
})

t.test('deletion tells how many, and whether that was all', async t => {
  const filter = { resourceIdPrefix: 'p' }
  const some = await client.deleteRelationships({ filter, limit: 1000, partial: true })
  t.match(some, { deleted: 1000, complete: false })
  const rest = await client.deleteRelationships({ filter })
  t.match(rest, { deleted: 1500, complete: true })
})

t.test('refusals are errors with the code, reason and details of the service', async t => {
  const relationship = parseRelationship('document:1#viewer@user:ann')
  const again = client.writeRelationships({ updates: [{ operation: 'create', relationship }] })
  await t.rejects(again, {
    status: 409,
    code: 6,
    reason: 'ATTEMPT_TO_RECREATE_RELATIONSHIP',
    metadata: { resource_object_id: '1' },
  })
  const stranger = connect({ url: `unix:${socket}`, key: 'wrong' })
  t.teardown(() => stranger.close())
  await t.rejects(stranger.readSchema(), { status: 403, code: 7 })
})
