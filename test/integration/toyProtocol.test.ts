// A protocol is added by one folder and one name in a list. Everything that goes wrong in it or on
// the way to it is reported in its own form, and the other protocols are not affected.

import { pino } from 'pino'
import t from 'tap'
import { Stores, writeRelationships, writeSchema } from '../../src/engine/index.js'
import { buildApp } from '../../src/http/index.js'
import { protocols } from '../../src/protocols/index.js'
import { openDatabase } from '../../src/storage/index.js'
import { NO_NOTE, parseRelationship } from '../../src/terms/index.js'
import { freshDatastore } from '../service.js'
import { toy } from '../toyProtocol/index.js'

const { datastore, remove } = await freshDatastore('embedded')
const stores = await Stores.open({ database: await openDatabase(datastore) })
const app = await buildApp({
  stores,
  keys: ['key'],
  storeKeys: [{ key: 'bound', stores: ['acme'] }],
  logger: pino({ level: 'silent' }),
  readiness: () => ({ ready: true, parts: {} }),
  protocols: [...protocols, toy],
})
t.teardown(async () => {
  await app.close()
  await stores.close()
  await remove()
})

const SCHEMA = `definition user {}
definition document { relation viewer: user; }`
const VIEWED = 'document:a#viewer@user:ann'
await writeSchema(stores.home, { text: SCHEMA, note: NO_NOTE })
await writeRelationships(stores.home, {
  updates: [VIEWED, 'document:broken#viewer@user:ann'].map(text => ({
    operation: 'touch',
    relationship: parseRelationship(text),
  })),
  preconditions: [],
  note: NO_NOTE,
})

const KEY = { authorization: 'Bearer key' }

async function ask(url: string, payload: object | string, headers: Record<string, string> = KEY) {
  const { statusCode, body } = await app.inject({ method: 'POST', url, payload, headers })
  const told = body.trimEnd().split('\n')
  return [statusCode, ...told.map(line => JSON.parse(line) as unknown)]
}

const now = (fact: string) => ({ now: true, fact })

t.test('it answers', async t => {
  t.strictSame(await ask('/toy/ask', now(VIEWED)), [200, { so: true }])
  t.strictSame(await ask('/toy/ask', now('document:b#viewer@user:ann')), [200, { so: false }])
})

t.test('its refusals have its form', async t => {
  const oops = { streamed: false, fields: [] }
  t.match(await ask('/toy/ask', now('nothing:a#viewer@user:ann')), [
    418,
    { ...oops, oops: 'unknown-definition', says: /nothing/ },
  ])
  t.match(await ask('/toy/ask', now('')), [
    418,
    { oops: 'invalid-argument', fields: ['fact'], streamed: false },
  ])
  for (const malformed of ['{', '{"now":3}']) {
    t.match(await ask('/toy/ask', malformed), [418, { ...oops, oops: 'invalid-argument' }])
  }
  t.match(await ask('/toy/ask', now(VIEWED), { ...KEY, 'grpc-timeout': 'soon' }), [
    418,
    { ...oops, oops: 'invalid-argument' },
  ])
  const large = now('x'.repeat(5_000_000))
  t.match(await ask('/toy/ask', large), [418, { ...oops, oops: 'body-too-large' }])
})

t.test('failures before its routes have its form', async t => {
  const oops = { streamed: false, fields: [] }
  const asked = now(VIEWED)
  const unknown = { ...KEY, 'x-pemba-store': 'nowhere' }
  t.match(await ask('/toy/ask', asked, unknown), [418, { ...oops, oops: 'store-not-found' }])
  t.match(await ask('/toy/ask', asked, {}), [401, { ...oops, oops: 'unauthenticated' }])
  const wrong = { authorization: 'Bearer other' }
  t.match(await ask('/toy/ask', asked, wrong), [418, { ...oops, oops: 'key-unknown' }])
  const bound = { authorization: 'Bearer bound' }
  t.match(await ask('/toy/ask', asked, bound), [418, { ...oops, oops: 'forbidden' }])
  t.match(await ask('/toy/list', asked, unknown), [418, { streamed: true }])
})

t.test('a fault has its form, and reveals nothing of the inside', async t => {
  const [status, told] = await ask('/toy/ask', now('fault'), { ...KEY, 'x-request-id': 'r1' })
  t.equal(status, 418)
  t.match(told, { oops: 'internal', says: /`r1`/, fields: [], streamed: false })
  t.notMatch(JSON.stringify(told), 'inside')
})

t.test('its streams have its lines, and its form when they end early', async t => {
  t.match(await ask('/toy/list', now('document')), [
    200,
    { here: { fact: VIEWED } },
    { oops: 'internal', fields: [] },
  ])
  t.match(await ask('/toy/list', now('nothing')), [
    418,
    { oops: 'unknown-definition', streamed: true },
  ])
})

t.test('other protocols, and the node, keep their shapes', async t => {
  const status = { code: 16, message: /key/, details: [] }
  t.match(await ask('/v1/permissions/check', {}, {}), [401, status])
  t.match(await ask('/v1/stores/list', {}, {}), [401, status])
  t.match(await ask('/v1/sharing/change', {}, {}), [401, status])
  t.match(await ask('/toy/none', {}), [404, { code: 5, message: 'Not Found', details: [] }])
  const wrong = { authorization: 'Bearer other' }
  for (const url of ['/v1/permissions/check', '/v1/stores/list', '/v1/permissions/list']) {
    t.match(await ask(url, {}, wrong), [403, { message: 'invalid preshared key: invalid token' }])
  }
})

t.test('what it adds is in the document', async t => {
  const { paths, tags } = (await app.inject('/openapi.json')).json()
  t.ok(paths['/toy/ask'] && paths['/toy/list'])
  t.match(
    tags.find(({ name }: { name: string }) => name === 'toy'),
    toy.tags[0],
  )
})
