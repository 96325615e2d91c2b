// Keys that can only read: every route of the service's document is called with one, with a body
// that would write if the key could, and nothing is written.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openService, TEST_KEY } from '../service.js'
import { create, object, subject } from '../wire.js'

const SCHEMA = readFileSync(join(import.meta.dirname, '../../../schema.zed'), 'utf8')
const READER = 'a-key-that-only-reads'
const ACME_READER = 'a-key-that-only-reads-acme'

const service = await openService('embedded', [
  '--read-keys',
  `${READER},acme:${ACME_READER}`,
  '--store-keys',
  'acme:a-key-of-acme',
])
t.teardown(() => service.close())

async function ask(path: string, body: object | null, key: string, store?: string) {
  const reply = await fetch(service.url + path, {
    method: body === null ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      ...(store !== undefined && { 'x-pemba-store': store }),
    },
    body: body === null ? null : JSON.stringify(body),
    // A watch is endless, so its status is enough.
    signal: AbortSignal.timeout(20_000),
  })
  const text = path.endsWith('/watch') && reply.ok ? '' : await reply.text()
  if (path.endsWith('/watch')) await reply.body?.cancel()
  return { status: reply.status, text }
}

/** The whole state: the revision of the node, all relationships, the schema, the stores. */
async function everything(): Promise<string> {
  const parts = await Promise.all([
    ask('/readyz', null, TEST_KEY),
    ask('/v1/relationships/exportbulk', {}, TEST_KEY),
    ask('/v1/schema/read', {}, TEST_KEY),
    ask('/v1/stores/list', {}, TEST_KEY),
    ask('/v1/experimental/countrelationships', { name: 'kept' }, TEST_KEY),
  ])
  const [ready, ...others] = parts.map(({ text }) => text)
  return JSON.stringify([JSON.parse(ready).parts.revision, others])
}

const account = object('account', 'acme')
const olga = object('user', 'olga')
const relationship = { resource: account, relation: 'user', subject: subject('user', 'eve') }
const filter = { resourceType: 'account' }
const diff = 'definition other {}'

/** Bodies that write if the key allows it. */
const WRITES: Readonly<Record<string, object>> = {
  '/v1/relationships/write': { updates: [create(relationship)] },
  '/v1/relationships/delete': { relationshipFilter: filter },
  '/v1/relationships/importbulk': { relationships: [relationship] },
  '/v1/experimental/relationships/bulkimport': { relationships: [relationship] },
  '/v1/experimental/registerrelationshipcounter': { name: 'more', relationshipFilter: filter },
  '/v1/experimental/unregisterrelationshipcounter': { name: 'kept' },
  '/v1/schema/write': { schema: `${SCHEMA}\n${diff}` },
  '/v1/sharing/create': { resource: object('account', 'other'), actor: olga },
  '/v1/sharing/change': {
    resource: account,
    actor: olga,
    changes: [{ operation: 'OPERATION_GRANT', role: 'owner', principal: subject('user', 'eve') }],
  },
  '/v1/sharing/remove': { resource: account, actor: olga },
  '/v1/sharing/removeprincipal': {
    principal: object('user', 'ann'),
    scope: account,
    actor: olga,
  },
  '/v1/stores/create': { id: 'another' },
  '/v1/stores/delete': { id: 'acme' },
  '/v1/stores/update': { id: 'acme', relationshipsMax: '5' },
}

t.test('there is something that could be lost', async t => {
  await service.client.writeSchema({ text: SCHEMA })
  const made = await ask('/v1/sharing/create', { resource: account, actor: olga }, TEST_KEY)
  t.equal(made.status, 200, made.text)
  const ann = { resource: account, relation: 'user', subject: subject('user', 'ann') }
  const joined = await ask('/v1/relationships/write', { updates: [create(ann)] }, TEST_KEY)
  t.equal(joined.status, 200, joined.text)
  await service.client.createStore({ id: 'acme' })
  const counter = { name: 'kept', relationshipFilter: filter }
  t.equal(
    (await ask('/v1/experimental/registerrelationshipcounter', counter, TEST_KEY)).status,
    200,
  )
})

t.test('with a key that only reads no route writes, and every other one answers', async t => {
  const before = await everything()
  const document = JSON.parse((await ask('/openapi.json', null, TEST_KEY)).text)
  const paths = Object.entries<Readonly<Record<string, unknown>>>(document.paths)
  const refused: string[] = []
  for (const [path, methods] of paths) {
    for (const method of Object.keys(methods)) {
      const body = method === 'get' ? null : (WRITES[path] ?? {})
      const { status, text } = await ask(path, body, READER)
      if (status === 403) {
        refused.push(path)
        t.match(JSON.parse(text), { code: 7, message: /the key can only read/ }, path)
      }
    }
  }
  t.strictSame(refused.sort(), Object.keys(WRITES).sort())
  t.equal(await everything(), before)
})

t.test('dry runs are allowed', async t => {
  const before = await everything()
  for (const name of ['dryRun', 'dry_run']) {
    const schema = { ...WRITES['/v1/schema/write'], [name]: true }
    t.equal((await ask('/v1/schema/write', schema, READER)).status, 200, name)
    const removal = { ...WRITES['/v1/sharing/removeprincipal'], [name]: true }
    const { status, text } = await ask('/v1/sharing/removeprincipal', removal, READER)
    t.equal(status, 200, text)
  }
  for (const dryRun of [false, null]) {
    const body = { ...WRITES['/v1/schema/write'], dryRun }
    t.equal((await ask('/v1/schema/write', body, READER)).status, 403, `${dryRun}`)
  }
  t.equal(await everything(), before)
})

t.test('a key that only reads one store reads that one', async t => {
  t.equal((await ask('/v1/permissions/check', {}, ACME_READER)).status, 403)
  t.equal((await ask('/v1/schema/read', {}, ACME_READER, 'acme')).status, 404, 'it has none yet')
  const schema = { schema: diff }
  t.equal((await ask('/v1/schema/write', schema, ACME_READER, 'acme')).status, 403)
  t.equal((await ask('/v1/schema/write', schema, 'a-key-of-acme', 'acme')).status, 200)
  t.equal((await ask('/v1/schema/read', {}, ACME_READER, 'acme')).status, 200)
  t.equal((await ask('/v1/stores/list', {}, ACME_READER)).status, 403)
  t.equal((await ask('/v1/stores/list', {}, READER)).status, 200)
  t.equal((await ask('/metrics', null, READER)).status, 200)
})

t.test('the keys do as before', async t => {
  for (const [path, body] of Object.entries(WRITES).filter(
    ([path]) => !/relationships/.test(path),
  )) {
    const { text } = await ask(path, body, TEST_KEY)
    t.notMatch(text, 'can only read', path)
  }
})
