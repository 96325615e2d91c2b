// Stores over HTTP, on both databases: created, listed and deleted, and opened by keys that may.
// Nothing of one store is ever seen in another, be it by id, token or cursor.

import t from 'tap'
import { openService, STORES, TEST_KEY, type TestService } from '../service.js'
import {
  BULK,
  CHECK,
  create,
  DELETE,
  FILTER,
  type Json,
  QUESTION,
  READ,
  SCHEMA,
  STORED,
  subject,
  touch,
  WRITE,
  WRITE_SCHEMA,
} from '../wire.js'

const CREATE = '/v1/stores/create'
const LIST = '/v1/stores/list'
const UPDATE = '/v1/stores/update'
const REMOVE = '/v1/stores/delete'
const READ_SCHEMA = '/v1/schema/read'
const STORE_KEYS = ['--store-keys', 'acme:acme-key,acme+globex:both-key,default:home-key']

interface Ask {
  readonly store?: string
  readonly key?: string
}

interface Answer {
  readonly status: number
  readonly body: Json & { readonly code?: number; readonly message?: string }
}

async function ask(
  { url }: TestService,
  path: string,
  body: Json,
  { store, key = TEST_KEY }: Ask = {},
): Promise<Answer> {
  const headers = {
    authorization: `Bearer ${key}`,
    ...(store !== undefined && { 'x-pemba-store': store }),
  }
  const reply = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
  const [line] = (await reply.text()).split('\n')
  return { status: reply.status, body: line === '' ? {} : JSON.parse(line) }
}

/** The status and code of a refusal, such as `404 5`. */
const told = ({ status, body }: Answer): string => {
  const { code } = (body.error ?? body) as { readonly code?: number }
  return `${status} ${code ?? ''}`.trim()
}

const ids = ({ body }: Answer) => (body.stores as readonly { id: string }[]).map(({ id }) => id)
const tokenIn = (value: unknown): string => (value as { readonly token: string }).token
const exact = (token: string) => ({ consistency: { atExactSnapshot: { token } } })

for (const kind of STORES) {
  t.test(`stores on ${kind}`, async t => {
    let service = await openService(kind, STORE_KEYS)
    t.teardown(() => service.close())
    t.beforeEach(async () => {
      for (const id of ids(await ask(service, LIST, {}))) await ask(service, REMOVE, { id })
      await ask(service, DELETE, { relationshipFilter: FILTER })
      await ask(service, WRITE_SCHEMA, { schema: '' })
    })

    t.test('a store takes no more than its quota, and says so', async t => {
      const store = 'acme'
      const created = await ask(service, CREATE, { id: store, relationshipsMax: '2' })
      t.match(created.body.store, { relationships: '0', relationshipsMax: '2' })
      await ask(service, WRITE_SCHEMA, { schema: SCHEMA }, { store })
      const write = (...users: readonly string[]) =>
        ask(
          service,
          WRITE,
          { updates: users.map(user => touch({ ...STORED, subject: subject('user', user) })) },
          { store },
        )
      t.equal(told(await write('ann')), '200')
      const refused = await write('ben', 'cat')
      t.equal(told(refused), '429 8')
      t.match(refused.body, {
        message: /`acme` has a quota of 2 relationships and holds 1, this would add 2/,
        details: [{ reason: 'ERROR_REASON_STORE_QUOTA_EXCEEDED', metadata: { store, quota: '2' } }],
      })
      t.equal(told(await ask(service, UPDATE, { id: store })), '400 3', 'the quota is not said')
      t.equal(told(await ask(service, UPDATE, { id: 'none', relationshipsMax: 1 })), '404 5')
      t.equal(
        told(await ask(service, UPDATE, { id: store, relationshipsMax: '9007199254740992' })),
        '400 3',
      )
      t.equal(told(await ask(service, UPDATE, { id: store, relationshipsMax: 3 })), '200')
      t.equal(told(await write('ben', 'cat')), '200')
      const { body } = await ask(service, LIST, {})
      t.match(body.stores, [{ id: store, relationships: '3', relationshipsMax: '3' }, {}])
      t.equal(told(await ask(service, UPDATE, { id: store, relationshipsMax: 0 })), '200')
      t.equal(told(await write('dan')), '200')
    })

    t.test('stores are created, listed page by page, and deleted', async t => {
      const created = await ask(service, CREATE, { id: 'b' })
      t.match(created, { status: 200, body: { store: { id: 'b', createdAt: /^20.*Z$/ } } })
      for (const id of ['c_1', 'a-2', '0'])
        t.equal((await ask(service, CREATE, { id })).status, 200)
      t.match(await ask(service, CREATE, { id: 'b' }), { status: 409, body: { code: 6 } })
      t.strictSame(ids(await ask(service, LIST, {})), ['0', 'a-2', 'b', 'c_1', 'default'])
      const first = await ask(service, LIST, { optional_limit: 3 })
      t.strictSame(ids(first), ['0', 'a-2', 'b'])
      const rest = { optionalLimit: 2, optionalCursor: first.body.afterResultCursor }
      const second = await ask(service, LIST, rest)
      t.strictSame(ids(second), ['c_1', 'default'])
      t.equal(second.body.afterResultCursor, null)
      t.strictSame(await ask(service, REMOVE, { id: 'b' }), { status: 200, body: {} })
      t.equal(told(await ask(service, REMOVE, { id: 'b' })), '404 5')
      t.strictSame(ids(await ask(service, LIST, {})), ['0', 'a-2', 'c_1', 'default'])
    })

    t.test('bad ids, bad pages and deletions of `default` are refused', async t => {
      for (const id of ['', 'A', '-a', '_a', 'a b', 'a.b', 'é', 'a'.repeat(65), 'a\n']) {
        const answer = await ask(service, CREATE, { id })
        t.match(answer, { status: 400, body: { code: 3, message: /`id` must be the name/ } }, id)
      }
      t.equal((await ask(service, CREATE, { id: 'a'.repeat(64) })).status, 200)
      t.equal(told(await ask(service, CREATE, {})), '400 3')
      t.equal(told(await ask(service, CREATE, { id: 'default' })), '409 6')
      t.equal(told(await ask(service, REMOVE, { id: 'default' })), '400 3')
      t.equal(told(await ask(service, LIST, { optionalLimit: 1001 })), '400 3')
      for (const token of ['x', 'e30=', '']) {
        t.equal(told(await ask(service, LIST, { optionalCursor: { token } })), '400 3', token)
      }
    })

    t.test('a request is about the store that it names', async t => {
      const check = (store: string) => ask(service, CHECK, QUESTION, { store })
      t.equal(told(await check('acme')), '404 5')
      t.equal(
        told(await ask(service, READ, { relationshipFilter: FILTER }, { store: 'x' })),
        '404 5',
      )
      for (const wrong of ['Acme', '', 'a b', 'acme,globex', 'ä', 'x'.repeat(65)]) {
        const answer = await check(wrong)
        t.match(answer, { status: 400, body: { code: 3, message: /`x-pemba-store`/ } }, wrong)
      }
      await ask(service, CREATE, { id: 'acme' })
      t.equal(
        told(await ask(service, READ_SCHEMA, {}, { store: 'acme' })),
        '404 5',
        'no schema yet',
      )
      await ask(service, WRITE_SCHEMA, { schema: SCHEMA }, { store: 'default' })
      t.equal((await ask(service, READ_SCHEMA, {})).status, 200, 'none named is the default one')
      t.equal(told(await ask(service, READ_SCHEMA, {}, { store: 'acme' })), '404 5')
    })

    t.test('a key opens its stores only, and reveals no others', async t => {
      await ask(service, CREATE, { id: 'acme' })
      await ask(service, CREATE, { id: 'initech' })
      const status = async (key: string, store?: string) =>
        told(await ask(service, WRITE_SCHEMA, { schema: SCHEMA }, { key, store }))
      t.equal(await status('acme-key', 'acme'), '200')
      t.equal(await status('both-key', 'acme'), '200')
      t.equal(await status('both-key', 'globex'), '404 5', 'its own, which does not exist')
      t.equal(await status('home-key'), '200')
      t.equal(await status('home-key', 'default'), '200')
      t.equal(await status('acme-key'), '403 7', 'none named is the default one')
      t.equal(await status('home-key', 'acme'), '403 7')
      t.equal(await status('nobody', 'acme'), '403 7')
      const there = await ask(service, CHECK, QUESTION, { key: 'acme-key', store: 'initech' })
      const absent = await ask(service, CHECK, QUESTION, { key: 'acme-key', store: 'umbrella' })
      t.equal(told(there), '403 7')
      t.equal(there.body.message?.replace('initech', 'umbrella'), absent.body.message)
      for (const path of [CREATE, LIST, REMOVE]) {
        const own = { key: 'acme-key', store: 'acme' }
        t.equal(told(await ask(service, path, { id: 'acme' }, own)), '403 7', path)
      }
    })

    t.test('the same ids in two stores are strangers', async t => {
      const [acme, globex] = [{ store: 'acme' }, { store: 'globex' }]
      for (const { store } of [acme, globex]) {
        await ask(service, CREATE, { id: store })
        await ask(service, WRITE_SCHEMA, { schema: SCHEMA }, { store })
      }
      const full = { consistency: { fullyConsistent: true } }
      const sees = async (name: string, at: Ask) => {
        const question = { ...QUESTION, ...full, subject: subject('user', name) }
        const { body } = await ask(service, CHECK, question, at)
        return body.permissionship === 'PERMISSIONSHIP_HAS_PERMISSION'
      }
      const ann = await ask(service, WRITE, { updates: [create(STORED)] }, acme)
      const bob = { ...STORED, subject: subject('user', 'bob') }
      await ask(service, WRITE, { updates: [create(bob)] }, globex)
      t.strictSame([await sees('ann', acme), await sees('ann', globex)], [true, false])
      t.strictSame([await sees('bob', acme), await sees('bob', globex)], [false, true])
      const bulk = await ask(service, BULK, { ...full, items: [QUESTION] }, globex)
      t.match(bulk.body.pairs, [{ item: { permissionship: 'PERMISSIONSHIP_NO_PERMISSION' } }])
      t.equal(told(await ask(service, WRITE, { updates: [create(STORED)] }, globex)), '200')
      await ask(service, DELETE, { relationshipFilter: FILTER }, globex)
      t.strictSame([await sees('ann', acme), await sees('ann', globex)], [true, false])
      await ask(service, WRITE_SCHEMA, { schema: 'definition user {}' }, globex)
      t.equal(await sees('ann', acme), true)
      t.equal(told(await ask(service, CHECK, { ...QUESTION, ...full }, globex)), '400 9')
      const token = tokenIn(ann.body.writtenAt)
      t.equal(told(await ask(service, CHECK, { ...QUESTION, ...exact(token) }, globex)), '400 3')
      t.equal(told(await ask(service, CHECK, { ...QUESTION, ...exact(token) })), '400 3')
      t.equal(told(await ask(service, CHECK, { ...QUESTION, ...exact(token) }, acme)), '200')
    })

    t.test('a cursor of one store is refused by another', async t => {
      const at = (store: string) => ({ store })
      const updates = ['ann', 'bob'].map(name =>
        touch({ ...STORED, subject: subject('user', name) }),
      )
      for (const store of ['acme', 'globex']) {
        await ask(service, CREATE, { id: store })
        await ask(service, WRITE_SCHEMA, { schema: SCHEMA }, at(store))
        await ask(service, WRITE, { updates }, at(store))
      }
      const read = { relationshipFilter: FILTER }
      const first = { ...read, optionalLimit: 1, consistency: { fullyConsistent: true } }
      const { body } = await ask(service, READ, first, at('acme'))
      const { afterResultCursor } = body.result as Json
      const next = { ...read, optionalCursor: afterResultCursor }
      t.match((await ask(service, READ, next, at('acme'))).body, {
        result: { relationship: { subject: { object: { objectId: 'bob' } } } },
      })
      t.equal(told(await ask(service, READ, next, at('globex'))), '400 9')
      t.equal(told(await ask(service, READ, next)), '400 9')
    })

    t.test('a store that is created again takes nothing of the one before', async t => {
      const acme = { store: 'acme' }
      await ask(service, CREATE, { id: 'acme' })
      await ask(service, WRITE_SCHEMA, { schema: SCHEMA }, acme)
      const { body } = await ask(service, WRITE, { updates: [create(STORED)] }, acme)
      const token = tokenIn(body.writtenAt)
      const first = { relationshipFilter: FILTER, consistency: { fullyConsistent: true } }
      const { body: read } = await ask(service, READ, first, acme)
      const { afterResultCursor: cursor } = read.result as Json
      await ask(service, REMOVE, { id: 'acme' })
      t.equal(told(await ask(service, CHECK, QUESTION, acme)), '404 5')
      await ask(service, CREATE, { id: 'acme' })
      t.equal(told(await ask(service, READ_SCHEMA, {}, acme)), '404 5', 'it has no schema')
      await ask(service, WRITE_SCHEMA, { schema: SCHEMA }, acme)
      await ask(service, WRITE, { updates: [] }, acme)
      const now = { ...QUESTION, consistency: { fullyConsistent: true } }
      t.match((await ask(service, CHECK, now, acme)).body, {
        permissionship: 'PERMISSIONSHIP_NO_PERMISSION',
      })
      t.equal(told(await ask(service, CHECK, { ...QUESTION, ...exact(token) }, acme)), '400 3')
      const next = { relationshipFilter: FILTER, optionalCursor: cursor }
      t.equal(told(await ask(service, READ, next, acme)), '400 9')
    })

    t.test('stores are there after a restart', async t => {
      await ask(service, CREATE, { id: 'acme' })
      await ask(service, WRITE_SCHEMA, { schema: SCHEMA }, { store: 'acme' })
      await ask(service, WRITE, { updates: [create(STORED)] }, { store: 'acme' })
      service = await service.restart()
      t.match((await ask(service, CHECK, QUESTION, { store: 'acme' })).body, {
        permissionship: 'PERMISSIONSHIP_HAS_PERMISSION',
      })
      t.equal(told(await ask(service, CHECK, QUESTION)), '400 9', 'the default one is empty')
    })
  })
}
