// Sharing through the client: every method, in terms.

import t from 'tap'
import { RemoteError, type SheetRow } from '../../src/client/index.js'
import { printRelationship, printSubject } from '../../src/terms/index.js'
import { toObject, toSubject } from '../sharingDesk.js'
import { openAccount } from '../sharingWire.js'
import { store } from '../wire.js'

const service = await openAccount('embedded')
t.teardown(() => service.close())
const { client } = service

const FULL = { kind: 'full' } as const
const SPRING = toObject('campaign:spring')
const ZOE = toObject('user:zoe')
const ACME = toObject('account:acme')
const ASKED = { consistency: FULL, resource: SPRING, actor: ZOE }
const SALES = toSubject('group:sales#member')

const DIRECT = { how: { kind: 'direct' }, caveat: null, expiresAt: null, by: null, reason: null }
const names = (rows: readonly Pick<SheetRow, 'principal'>[]): string =>
  rows.map(({ principal }) => printSubject(principal)).join(' ')

t.test('the sheet is read in pages', async t => {
  const first = await client.sheet({ ...ASKED, limit: 2 })
  t.match(first.rows, [
    {
      principal: SALES,
      kind: 'group',
      members: 2,
      access: null,
      grants: [{ role: 'viewer', ...DIRECT, since: Number, removable: true }],
    },
    { principal: toSubject('user:ann'), kind: 'person', members: null, access: { kind: 'yes' } },
  ])
  t.ok(Math.abs(Date.now() - (first.rows[0].grants[0].since ?? 0)) < 600_000)
  const rest = await client.sheet({ ...ASKED, limit: 2, cursor: first.cursor ?? '' })
  t.equal(names(rest.rows), 'user:otto user:zoe')
  const ofScope = { role: 'owner', how: { kind: 'scope', via: ACME }, removable: false }
  t.match(rest.rows[0].grants, [ofScope])
  t.strictSame([rest.cursor, rest.token], [null, first.token])
  t.equal(names((await client.sheet({ ...ASKED, prefix: 'sa' })).rows), 'group:sales#member')
})

t.test('ids may contain any characters', async t => {
  const id = 'a&b=c+d%20é/?;"\\'
  const resource = { type: 'campaign', id }
  await client.createShared({ resource, scope: ACME, actor: ZOE })
  const { rows } = await client.sheet({ ...ASKED, resource })
  t.equal(names(rows), 'account:acme#member user:otto user:zoe')
  await client.removeShared({ resource, actor: ZOE })
})

t.test('candidates come with the roles in which they can be added', async t => {
  const { rows, cursor, token } = await client.candidates({ ...ASKED, prefix: 'bob' })
  const bob = toSubject('user:bob')
  const roles = ['viewer', 'editor', 'sender']
  t.strictSame(rows, [{ principal: bob, kind: 'person', members: null, roles, error: null }])
  t.equal(cursor, null)
  t.type(token, 'string')
})

t.test('a change returns its differences, and the sheet says who made it and why', async t => {
  const seen = await client.sheet(ASKED)
  const bob = toSubject('user:bob')
  const call = {
    resource: SPRING,
    actor: ZOE,
    expected: seen.token,
    reason: 'für 100%',
    changes: [{ kind: 'choose', principal: SALES, principals: [bob] }],
  } as const
  const { token, added, removed } = await client.changeSharing(call)
  t.strictSame(added, [{ principal: bob, kind: 'person', role: 'viewer' }])
  t.strictSame(removed, [{ principal: SALES, kind: 'group', role: 'viewer' }])
  const consistency = { kind: 'at-least', token } as const
  const { rows } = await client.sheet({ ...ASKED, consistency, prefix: 'bob' })
  t.match(rows, [{ grants: [{ by: 'user:zoe', reason: 'für 100%' }] }])
  const stale = {
    ...call,
    changes: [{ kind: 'gather', principal: SALES, role: 'viewer' }],
  } as const
  const error = await client.changeSharing(stale).catch((refused: unknown) => refused)
  t.ok(error instanceof RemoteError)
  t.match(error, { status: 409, code: 10, reason: 'SHARING_STALE' })
  t.match((error as RemoteError).metadata.changed, '-campaign:spring#viewer@group:sales#member')
  await client.changeSharing({ ...stale, expected: undefined })
})

t.test('violations are reported by their fields', async t => {
  const changes = [{ kind: 'gather', principal: SALES, role: '' }] as const
  await t.rejects(client.changeSharing({ resource: SPRING, actor: ZOE, changes }), {
    code: 3,
    violations: [{ field: 'changes[0].role', expected: 'given for OPERATION_GATHER' }],
  })
})

t.test('a reach tells by which grants, page by page', async t => {
  await store(service, 'form:f1#account@account:acme form:f1#viewer@user:ann')
  const call = { consistency: FULL, person: toObject('user:ann'), limit: 1 }
  const first = await client.reach(call)
  t.match(first.rows, [
    {
      resource: SPRING,
      answer: { kind: 'yes' },
      grants: [
        { role: 'viewer', how: { kind: 'direct' }, through: SALES },
        { role: 'editor', how: { kind: 'direct' }, through: null },
      ],
    },
  ])
  const second = await client.reach({ ...call, cursor: first.cursor ?? '' })
  t.match(second, { rows: [{ resource: toObject('form:f1') }], cursor: null })
  t.strictSame((await client.reach({ ...call, resourceType: 'template' })).rows, [])
})

t.test('a removal is planned in pages, then carried out', async t => {
  const leaving = { principal: toObject('user:ann'), scope: ACME, actor: ZOE }
  const plan = { ...leaving, consistency: FULL, limit: 3 }
  const first = await client.planRemoval(plan)
  const rest = await client.planRemoval({ ...plan, cursor: first.cursor ?? '' })
  t.strictSame([...first.rows, ...rest.rows].map(printRelationship), [
    'account:acme#user@user:ann',
    'campaign:spring#editor@user:ann',
    'form:f1#viewer@user:ann',
    'group:sales#member@user:ann',
  ])
  t.strictSame([first.count, rest.count, rest.cursor], [4, 4, null])
  const { count, token } = await client.removePrincipal({ ...leaving, reason: 'left' })
  t.equal(count, 4)
  const consistency = { kind: 'at-least', token } as const
  t.strictSame((await client.reach({ consistency, person: leaving.principal })).rows, [])
})

t.test('a resource is removed with all that is about it', async t => {
  const { deleted } = await client.removeShared({ resource: SPRING, actor: ZOE })
  t.equal(deleted, 2)
  await t.rejects(client.sheet(ASKED), { code: 7, reason: 'SHARING_FORBIDDEN' })
})
