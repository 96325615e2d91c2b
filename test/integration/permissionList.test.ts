// The list of what a subject may do to a resource, over HTTP, on both stores.

import t from 'tap'
import { openService, STORES, type TestService } from '../service.js'
import { type Json, object, post, subject, WRITE_SCHEMA } from '../wire.js'
import { toRelationships } from '../world.js'

const LIST = '/v1/permissions/list'

const SCHEMA = `caveat on_day(day string) { day == "tuesday" }
definition user {}
definition document {
  relation owner: user
  relation viewer: user | user with on_day
  permission delete = owner
  permission edit = owner + archive
  permission view = viewer + edit
  permission archive = nil
}`

const ASKED = { resource: object('document', '1'), subject: subject('user', 'ann') }
const FULL = { consistency: { fullyConsistent: true } }
const NO = { permissionship: 'PERMISSIONSHIP_NO_PERMISSION', partialCaveatInfo: null }
const YES = { permissionship: 'PERMISSIONSHIP_HAS_PERMISSION', partialCaveatInfo: null }
const ON_DAY = {
  permissionship: 'PERMISSIONSHIP_CONDITIONAL_PERMISSION',
  partialCaveatInfo: { missingRequiredContext: ['day'] },
}

async function open(store: (typeof STORES)[number]): Promise<TestService> {
  const service = await openService(store)
  await post(service, WRITE_SCHEMA, { schema: SCHEMA })
  const texts = 'document:1#viewer@user:ann[on_day] document:2#owner@user:ann'
  await service.client.writeRelationships({
    updates: toRelationships(texts).map(relationship => ({ operation: 'create', relationship })),
  })
  return service
}

for (const store of STORES) {
  t.test(`${store}: permissions are listed`, async t => {
    const service = await open(store)
    t.teardown(() => service.close())

    async function list(body: Json): Promise<readonly Json[]> {
      const { status, text } = await post(service, LIST, { ...FULL, ...ASKED, ...body })
      t.equal(status, 200, text)
      const told = JSON.parse(text) as { checkedAt: { token: string }; permissions: Json[] }
      t.type(told.checkedAt.token, 'string')
      return told.permissions
    }

    await t.test(
      'all of them, those that the subject lacks too, as the schema has them',
      async t => {
        t.strictSame(await list({}), [
          { permission: 'delete', ...NO },
          { permission: 'edit', ...NO },
          { permission: 'view', ...ON_DAY },
          { permission: 'archive', ...NO },
        ])
        const second = await list({ resource: object('document', '2') })
        t.match(second, [YES, YES, YES, NO])
        t.match(await list({ subject: subject('user', 'bob') }), [NO, NO, NO, NO])
        t.match(await list({ context: { day: 'tuesday' } }), [NO, NO, YES, NO])
      },
    )

    await t.test('the requested ones, relations too, each once', async t => {
      const names = ['view', 'viewer', 'delete', 'view']
      for (const field of ['optionalPermissions', 'optional_permissions']) {
        t.strictSame(await list({ [field]: names }), [
          { permission: 'viewer', ...ON_DAY },
          { permission: 'delete', ...NO },
          { permission: 'view', ...ON_DAY },
        ])
      }
      t.equal((await list({ optionalPermissions: null })).length, 4)
    })

    await t.test('with contextual relationships', async t => {
      const owner = { ...ASKED, relation: 'owner' }
      t.match(await list({ contextualRelationships: [owner] }), [YES, YES, YES, NO])
      t.match(await list({}), [NO, NO, ON_DAY, NO], 'for that one question')
    })

    await t.test('with an error where a caveat cannot be evaluated, and there only', async t => {
      const found = await list({ context: { day: 1 } })
      t.match(found, [NO, NO, { permissionship: 'PERMISSIONSHIP_UNSPECIFIED' }, NO])
      t.match(found[2], {
        partialCaveatInfo: null,
        error: { code: 3, message: /day/, details: [{ metadata: { parameter_name: 'day' } }] },
      })
      t.notOk('error' in found[1])
    })

    await t.test('as the client reads them', async t => {
      const { permissions } = await service.client.listPermissions({
        consistency: { kind: 'full' },
        resource: { type: 'document', id: '1' },
        subject: { type: 'user', id: 'ann', relation: '' },
        context: { day: 1 },
        contextual: toRelationships('document:1#owner@user:ann'),
        permissions: ['delete', 'viewer'],
      })
      t.match(permissions, [
        { permission: 'viewer', answer: { reason: 'CAVEAT_PARAMETER_TYPE_ERROR' } },
        { permission: 'delete', answer: { kind: 'yes' } },
      ])
    })

    for (const [claim, body, told] of REFUSED) {
      await t.test(`${claim} is refused`, async t => {
        const { status, text } = await post(service, LIST, { ...ASKED, ...body })
        t.equal(status, 400, text)
        t.match(text, told)
      })
    }
  })
}

const REFUSED: readonly (readonly [claim: string, body: Json, told: RegExp])[] = [
  ['nothing', { resource: null, subject: null }, /`resource` must be given; `subject` must/],
  ['an unknown definition', { resource: object('doc', '1') }, /UNKNOWN_DEFINITION/],
  ['an unknown subject', { subject: subject('usr', '1') }, /UNKNOWN_DEFINITION/],
  ['an unknown subject relation', { subject: subject('user', '1', 'has') }, /UNKNOWN_RELATION/],
  ['an unknown permission', { optionalPermissions: ['view', 'veiw'] }, /UNKNOWN_RELATION_OR/],
  ['a permission of no name', { optionalPermissions: ['view', ''] }, /optionalPermissions\[1\]/],
  ['a permission that is no text', { optionalPermissions: [{}] }, /optionalPermissions\[0\]/],
  ['the wildcard as a subject', { subject: subject('user', '*') }, /WILDCARD_NOT_ALLOWED/],
  ['a resource of no name', { resource: object('document', '*') }, /resource.objectId/],
  ['a context that is no object', { context: 'day' }, /context/],
  ['a bad token', { consistency: { atExactSnapshot: { token: 'x' } } }, /"code":3/],
  [
    'a contextual relationship that the schema does not admit',
    { contextualRelationships: [{ ...ASKED, relation: 'view' }] },
    /CANNOT_UPDATE_PERMISSION.*contextualRelationships\[0\]/,
  ],
]
