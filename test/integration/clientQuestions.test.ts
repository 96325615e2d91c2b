// The client and the API test each other: lookups, expansions, traces, questions about the schema,
// counters, stores. Reads, writes and checks are in `client.test.ts`.

import t from 'tap'
import {
  type CheckCall,
  connect,
  type LookupResourcesCall,
  type LookupSubjectsCall,
} from '../../src/client/index.js'
import { parseRelationship } from '../../src/terms/index.js'
import { openService, TEST_KEY } from '../service.js'
import { store } from '../wire.js'

const SCHEMA = `caveat on_day(day string) { day == "tuesday" }
definition user {}
definition group { relation member: user; }
definition folder { relation parent: folder; }
definition document {
  relation folder: folder
  relation viewer: user | user:* | user with on_day | group#member
  relation banned: user
  permission view = viewer - banned
}`

const service = await openService('embedded')
const { client } = service
t.teardown(() => service.close())
await client.writeSchema({ text: SCHEMA })
await store(
  service,
  `document:a#viewer@user:ann document:b#viewer@user:ann[on_day] document:c#viewer@user:*
   document:c#banned@user:bob document:c#viewer@user:ann document:c#folder@folder:sub
   folder:sub#parent@folder:top document:d#viewer@group:sales#member`,
)

const FULL = { kind: 'full' } as const
const ANN = { type: 'user', id: 'ann', relation: '' }
const document = (id: string) => ({ type: 'document', id })
const YES = { kind: 'yes' }
const MAYBE = { kind: 'conditional', missing: ['day'] }
const VIEWED: LookupResourcesCall = {
  consistency: FULL,
  resourceType: 'document',
  permission: 'view',
  subject: ANN,
}
const viewers = (id: string): LookupSubjectsCall => ({
  consistency: FULL,
  resource: document(id),
  permission: 'view',
  subjectType: 'user',
})
const check = (id: string): CheckCall => ({
  consistency: FULL,
  item: { resource: document(id), permission: 'view', subject: ANN, context: {} },
})
const MEMBER = parseRelationship('group:sales#member@user:ann')

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = []
  for await (const item of items) found.push(item)
  return found
}

const idsOf = async (items: AsyncIterable<{ readonly id: string }>): Promise<readonly string[]> =>
  (await all(items)).map(({ id }) => id)

t.test('what a subject has a permission on', async t => {
  const found = await all(client.lookupResources(VIEWED))
  t.strictSame(
    found.map(({ id, answer }) => ({ id, answer })),
    [
      { id: 'a', answer: YES },
      { id: 'b', answer: MAYBE },
      { id: 'c', answer: YES },
    ],
  )
  const after = { ...VIEWED, consistency: undefined, cursor: found[0].cursor }
  t.strictSame(await idsOf(client.lookupResources({ ...after, limit: 1 })), ['b'])
  t.strictSame(await idsOf(client.lookupResources(after)), ['b', 'c'])
  const then = { kind: 'exact', token: found[0].token } as const
  t.equal((await client.check({ ...check('a'), consistency: then })).token, found[0].token)
})

t.test('lookups take context, contextual relationships, and an object to search under', async t => {
  const ids = (more: Partial<LookupResourcesCall>) =>
    idsOf(client.lookupResources({ ...VIEWED, ...more }))
  t.strictSame(await ids({ context: { day: 'monday' } }), ['a', 'c'])
  t.strictSame(await ids({ contextual: [MEMBER] }), ['a', 'b', 'c', 'd'])
  const within = { object: { type: 'folder', id: 'top' }, relations: ['folder', 'parent'] }
  t.strictSame(await ids({ within }), ['c'])
  t.strictSame(await ids({ within: { ...within, relations: ['folder'] } }), [])
})

t.test('who has a permission on a resource', async t => {
  const found = await all(client.lookupSubjects(viewers('c')))
  t.match(found, [
    { id: '*', answer: YES, excluded: [{ id: 'bob', answer: YES }] },
    { id: 'ann', answer: YES, excluded: [] },
  ])
  const ids = (more: Partial<LookupSubjectsCall>) =>
    idsOf(client.lookupSubjects({ ...viewers('c'), ...more }))
  t.strictSame(await ids({ wildcard: false }), ['ann'])
  t.strictSame(await ids({ cursor: found[0].cursor }), ['ann'])
  t.strictSame(await ids({ contextual: [parseRelationship('document:c#viewer@user:abe')] }), [
    '*',
    'abe',
    'ann',
  ])
  t.strictSame(await ids({ limit: 1, wildcard: false, resource: document('d') }), [])
  const groups = { ...viewers('d'), subjectType: 'group', subjectRelation: 'member' }
  t.match(await all(client.lookupSubjects(groups)), [{ id: 'sales', answer: YES }])
  t.match(await all(client.lookupSubjects(viewers('b'))), [{ id: 'ann', answer: MAYBE }])
})

t.test('a lookup that is refused rejects when it is first asked', async t => {
  const items = client.lookupResources({ ...VIEWED, permission: 'nope' })
  await t.rejects(items.next(), { code: 9, reason: 'UNKNOWN_RELATION_OR_PERMISSION' })
})

t.test('whom a permission names, as a tree', async t => {
  const { tree } = await client.expand({
    consistency: FULL,
    resource: document('d'),
    permission: 'view',
    contextual: [parseRelationship('document:d#banned@user:bob')],
  })
  const part = (permission: string) => ({ resource: document('d'), permission })
  const [sales, bob] = [
    { type: 'group', id: 'sales', relation: 'member' },
    { type: 'user', id: 'bob', relation: '' },
  ]
  t.strictSame(tree, {
    kind: 'exclusion',
    ...part('view'),
    children: [
      { kind: 'leaf', ...part('viewer'), subjects: [sales] },
      { kind: 'leaf', ...part('banned'), subjects: [bob] },
    ],
  })
})

t.test('a check returns a trace on request', async t => {
  const { answer, trace } = await client.check({ ...check('b'), tracing: true })
  t.strictSame(answer, MAYBE)
  t.equal(trace?.schemaUsed, SCHEMA)
  t.match(trace?.check, {
    permission: 'view',
    result: 'PERMISSIONSHIP_CONDITIONAL_PERMISSION',
    subProblems: {
      traces: [{ permission: 'viewer', caveatEvaluationInfo: { caveatName: 'on_day' } }],
    },
  })
  t.notOk('trace' in (await client.check(check('b'))))
})

t.test('the schema is listed part by part, and compared', async t => {
  const { definitions, caveats } = await client.reflectSchema()
  t.strictSame(
    definitions.map(({ name }) => name),
    ['document', 'folder', 'group', 'user'],
  )
  t.match(caveats, [{ name: 'on_day', parameters: [{ name: 'day', type: 'string' }] }])
  const filters = [{ definition: 'doc', permission: 'v' }]
  t.match(await client.reflectSchema({ filters }), {
    definitions: [{ name: 'document', relations: [], permissions: [{ name: 'view' }] }],
    caveats: [],
  })
  const { diffs } = await client.diffSchema({ text: `${SCHEMA}\ndefinition page {}` })
  t.match(diffs, [{ definitionAdded: { name: 'page' } }])
  t.equal(diffs.length, 1)
})

t.test('dependencies are listed in both directions', async t => {
  const { permissions } = await client.computablePermissions({
    definition: 'group',
    relation: 'member',
    prefix: 'doc',
  })
  t.match(permissions, [{ relationName: 'view', isPermission: true }, { relationName: 'viewer' }])
  const { relations } = await client.dependentRelations({
    definition: 'document',
    permission: 'view',
  })
  t.strictSame(
    relations.map(({ definitionName, relationName }) => `${definitionName}#${relationName}`),
    ['document#banned', 'document#viewer', 'group#member'],
  )
  const wrong = client.dependentRelations({ definition: 'document', permission: 'viewer' })
  await t.rejects(wrong, { code: 3, reason: 'UNKNOWN_RELATION_OR_PERMISSION' })
})

t.test('a counter counts until it is unregistered', async t => {
  const name = 'viewers'
  await client.registerCounter({ name, filter: { resourceType: 'document', relation: 'viewer' } })
  t.match(await client.countRelationships({ name }), { count: 5, token: String })
  await client.unregisterCounter({ name })
  await t.rejects(client.countRelationships({ name }), {
    code: 9,
    reason: 'COUNTER_NOT_REGISTERED',
  })
})

t.test('a store is created, listed, used and deleted', async t => {
  const { createdAt } = await client.createStore({ id: 'acme' })
  t.ok(createdAt > 0)
  const acmeStore = { id: 'acme', createdAt, relationships: 0, relationshipsMax: 10_000_000 }
  t.strictSame((await client.listStores()).stores[0], acmeStore)
  const first = await client.listStores({ limit: 1 })
  const second = await client.listStores({ cursor: first.cursor ?? undefined })
  t.match([first.stores, second], [[{ id: 'acme' }], { stores: [{ id: 'default' }], cursor: null }])
  const acme = connect({ url: service.url, key: TEST_KEY, store: 'acme' })
  t.teardown(() => acme.close())
  await t.rejects(acme.readSchema(), { status: 404, code: 5 })
  t.match(await client.updateStore({ id: 'acme', relationshipsMax: 5 }), { relationshipsMax: 5 })
  t.match(await client.updateStore({ id: 'acme', relationshipsMax: 0 }), { relationshipsMax: 0 })
  await client.deleteStore({ id: 'acme' })
  await t.rejects(client.deleteStore({ id: 'acme' }), { code: 5 })
})
