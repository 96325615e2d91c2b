// Questions about the schema over HTTP: each by its path and by the older one.

import t from 'tap'
import { openService } from '../service.js'
import { type Json, post, WRITE_SCHEMA } from '../wire.js'

const SCHEMA = `/** a person */
definition user {}

caveat on_day(day string, hour int) { day == "tuesday" && hour > 8 }

definition document {
  // who
  // may look
  relation viewer: user | user:* | user with on_day | group#member
  relation banned: user
  permission view = viewer - banned
}

definition group {
  relation member: user
}`

const service = await openService('embedded')
t.teardown(() => service.close())
await post(service, WRITE_SCHEMA, { schema: SCHEMA })

async function ask(path: string, body: Json): Promise<Json> {
  const { status, text } = await post(service, path, body)
  const { readAt, ...answer } = JSON.parse(text)
  if (status === 200) t.match(readAt, { token: String })
  return status === 200 ? answer : { status, ...answer }
}

const reference = (definitionName: string, relationName: string, isPermission = false) => ({
  definitionName,
  relationName,
  isPermission,
})

const VIEWER = {
  name: 'viewer',
  comment: '// who\n// may look',
  parentDefinitionName: 'document',
  subjectTypes: [
    { subjectDefinitionName: 'user', optionalCaveatName: '', isTerminalSubject: true },
    { subjectDefinitionName: 'user', optionalCaveatName: '', isPublicWildcard: true },
    { subjectDefinitionName: 'user', optionalCaveatName: 'on_day', isTerminalSubject: true },
    { subjectDefinitionName: 'group', optionalCaveatName: '', optionalRelationName: 'member' },
  ],
}
const ON_DAY = {
  name: 'on_day',
  comment: '',
  parameters: [
    { name: 'day', type: 'string', parentCaveatName: 'on_day' },
    { name: 'hour', type: 'int', parentCaveatName: 'on_day' },
  ],
  expression: 'day == "tuesday" && hour > 8',
}
const VIEW = { name: 'view', comment: '', parentDefinitionName: 'document' }

for (const path of ['/v1/schema/reflectschema', '/v1/experimental/reflectschema']) {
  t.test(`${path} shows what filters let through`, async t => {
    const whole = await ask(path, {})
    t.match(whole, {
      definitions: [{ name: 'document' }, { name: 'group' }, { name: 'user' }],
      caveats: [ON_DAY],
    })
    const user = { name: 'user', comment: '// a person', relations: [], permissions: [] }
    t.strictSame((whole.definitions as Json[])[2], user)
    t.strictSame((whole.definitions as Json[])[0].permissions, [VIEW])
    const only = async (...optionalFilters: Json[]) => ask(path, { optionalFilters })
    t.strictSame(await only({ optionalDefinitionNameFilter: 'us' }), {
      definitions: [user],
      caveats: [],
    })
    t.strictSame(await only({ optional_caveat_name_filter: 'on' }), {
      definitions: [],
      caveats: [ON_DAY],
    })
    const document = { name: 'document', comment: '' }
    const relation = { optionalDefinitionNameFilter: 'doc', optionalRelationNameFilter: 'view' }
    const narrowed = { ...document, relations: [VIEWER], permissions: [VIEW] }
    t.strictSame(await only(relation), { definitions: [narrowed], caveats: [] })
    const permission = { optionalDefinitionNameFilter: 'doc', optionalPermissionNameFilter: 'v' }
    t.strictSame(await only(relation, permission), { definitions: [narrowed], caveats: [] })
    const { relations } = (whole.definitions as Json[])[0]
    t.strictSame(await only(permission), {
      definitions: [{ ...document, relations, permissions: [VIEW] }],
      caveats: [],
    })
    const other = { ...permission, optionalPermissionNameFilter: 'edit' }
    t.match(await only(other), { definitions: [{ relations, permissions: [] }] })
    t.strictSame(await only(other, permission), await only(permission), 'any of them will do')
    t.match(await only(relation, { optionalDefinitionNameFilter: 'user' }), {
      definitions: [narrowed, user],
    })
    t.strictSame(
      await only({ optionalDefinitionNameFilter: 'us' }, { optionalCaveatNameFilter: 'on' }),
      {
        definitions: [user],
        caveats: [ON_DAY],
      },
    )
    t.strictSame(await only({}), { definitions: [], caveats: [] }, 'it names nothing')
  })

  t.test(`${path} refuses filters that contradict themselves`, async t => {
    for (const filter of [
      { optionalRelationNameFilter: 'v' },
      { optionalPermissionNameFilter: 'v' },
      { optionalDefinitionNameFilter: 'd', optionalCaveatNameFilter: 'c' },
      {
        optionalDefinitionNameFilter: 'd',
        optionalRelationNameFilter: 'v',
        optionalPermissionNameFilter: 'v',
      },
    ]) {
      const refused = await ask(path, { optionalFilters: [filter] })
      t.match(refused, { status: 400, code: 3 })
      t.match(JSON.stringify(refused), /ERROR_REASON_INVALID_FILTER/)
    }
  })
}

for (const path of ['/v1/schema/diffschema', '/v1/experimental/diffschema']) {
  t.test(`${path} tells what would change`, async t => {
    const diff = async (from: string, to: string) =>
      (await ask(path, { comparisonSchema: SCHEMA.replace(from, to) })).diffs
    t.strictSame(await diff('', ''), [])
    t.strictSame(await diff('viewer - banned', 'viewer'), [{ permissionExprChanged: VIEW }])
    const banned = { name: 'banned', comment: '', parentDefinitionName: 'document' }
    const type = { subjectDefinitionName: 'user', optionalCaveatName: '' }
    const terminal = { ...type, isTerminalSubject: true }
    const changedSubjectType = { ...type, isPublicWildcard: true }
    t.strictSame(await diff('banned: user', 'banned: user | user:*'), [
      {
        relationSubjectTypeAdded: {
          relation: { ...banned, subjectTypes: [terminal, changedSubjectType] },
          changedSubjectType,
        },
      },
    ])
    t.strictSame(await diff('hour int', 'hour double'), [
      {
        caveatParameterTypeChanged: {
          parameter: { name: 'hour', type: 'double', parentCaveatName: 'on_day' },
          previousType: 'int',
        },
      },
    ])
    t.match(await diff('// who\n', ''), [{ relationDocCommentChanged: { name: 'viewer' } }])
    t.match(await diff('definition user {}', 'definition user {}\ndefinition bot {}'), [
      { definitionAdded: { name: 'bot', relations: [], permissions: [] } },
    ])
  })

  t.test(`${path} refuses what is no schema`, async t => {
    t.match(await ask(path, { comparisonSchema: 'definition user {' }), { status: 400, code: 3 })
    t.match(await ask(path, { comparisonSchema: 'definition a_b { relation x_y: c_d\n}' }), {
      status: 400,
      code: 9,
    })
  })
}

const COMPUTABLE = ['/v1/schema/permissions/computable', '/v1/experimental/permissions/computable']
for (const path of COMPUTABLE) {
  t.test(`${path} tells what is computed from a relation`, async t => {
    const computed = (definitionName: string, relationName = '', prefix = '') =>
      ask(path, { definitionName, relationName, optionalDefinitionNameFilter: prefix })
    t.strictSame(await computed('group', 'member'), {
      permissions: [reference('document', 'view', true), reference('document', 'viewer')],
    })
    t.strictSame(await computed('user', '', 'group'), {
      permissions: [reference('group', 'member')],
    })
    t.match(await computed('nope'), { status: 400, code: 9 })
    t.match(await computed(''), { status: 400, code: 9 })
    t.match(await computed('user', 'nope'), { status: 400, code: 9 })
  })
}

const DEPENDENT = ['/v1/schema/permissions/dependent', '/v1/experimental/permissions/dependent']
for (const path of DEPENDENT) {
  t.test(`${path} tells what a permission depends on`, async t => {
    const dependent = (definitionName: string, permissionName: string) =>
      ask(path, { definitionName, permissionName })
    t.strictSame(await dependent('document', 'view'), {
      relations: [
        reference('document', 'banned'),
        reference('document', 'viewer'),
        reference('group', 'member'),
      ],
    })
    t.match(await dependent('document', 'nope'), { status: 400, code: 9 })
    const relation = await dependent('document', 'viewer')
    t.match(relation, { status: 400, code: 3 })
    t.match(JSON.stringify(relation), /UNKNOWN_RELATION_OR_PERMISSION.*relationName/)
  })
}

t.test('many checks can be asked for by their older path', async t => {
  const item = {
    resource: { objectType: 'document', objectId: '1' },
    permission: 'view',
    subject: { object: { objectType: 'user', objectId: 'ann' } },
  }
  const { text } = await post(service, '/v1/experimental/permissions/bulkcheckpermission', {
    items: [item],
  })
  t.match(JSON.parse(text), {
    pairs: [{ item: { permissionship: 'PERMISSIONSHIP_NO_PERMISSION' } }],
  })
})
