import t from 'tap'
import { admits, type Relation, requireAdmitted } from '../../src/language/index.js'
import { parseRelationship, Refusal, type Update } from '../../src/terms/index.js'
import { schemaOf } from '../world.js'

const schema = schemaOf(`use expiration
definition user {}
definition team {}
definition group {
  relation member: user
  permission everybody = member
}
caveat at_night(hour int, zones list<string>) { hour > 20 && "utc" in zones }
caveat other(hour int) { hour > 20 }
definition doc {
  relation viewer: user | group#member | group#everybody
  relation public: user:*
  relation guarded: user with at_night | user with at_night and expiration
  relation lent: user with expiration
  permission view = viewer
}`)

function fault(text: string, operation: Update['operation'] = 'touch'): Refusal | null {
  try {
    requireAdmitted(schema, parseRelationship(text), operation)
    return null
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

const EXPIRES = '[expiration:2030-01-01T00:00:00Z]'

t.test('what the schema admits has no fault', async t => {
  const admitted = [
    'doc:1#viewer@user:ann',
    'doc:1#viewer@group:eng#member',
    'doc:1#viewer@group:eng#everybody',
    'doc:1#public@user:*',
    'doc:1#guarded@user:ann[at_night]',
    'doc:1#guarded@user:ann[at_night:{"hour":21,"zones":["utc"]}]',
    `doc:1#guarded@user:ann[at_night]${EXPIRES}`,
    `doc:1#lent@user:ann${EXPIRES}`,
  ]
  for (const text of admitted) {
    for (const operation of ['create', 'touch', 'delete'] as const) {
      t.equal(fault(text, operation), null, `${operation} ${text}`)
    }
  }
})

t.test('names are looked up first: definition, relation, subject', async t => {
  const faults = {
    'dox:1#viewer@nobody:ann': ['unknown-definition', { definition_name: 'dox' }],
    'doc:1#viewers@nobody:ann': [
      'unknown-relation',
      { definition_name: 'doc', relation_or_permission_name: 'viewers' },
    ],
    'doc:1#view@nobody:ann': ['unknown-definition', { definition_name: 'nobody' }],
    'doc:1#view@group:eng#members': [
      'unknown-relation',
      { definition_name: 'group', relation_or_permission_name: 'members' },
    ],
    'doc:1#view@user:ann': [
      'permission-not-writable',
      { definition_name: 'doc', permission_name: 'view' },
    ],
    'doc:1#viewer@user:ann[at_nigth]': ['unknown-caveat', { caveat_name: 'at_nigth' }],
  } as const
  for (const [text, [code, metadata]] of Object.entries(faults)) {
    t.equal(fault(text)?.code, code, text)
    t.strictSame(fault(text)?.metadata, metadata, text)
  }
  t.match(fault('dox:1#viewer@user:ann')?.message, /did you mean `doc`\?/)
  t.match(fault('doc:1#viewers@user:ann')?.message, /did you mean `viewer`\?/)
  t.match(fault('doc:1#viewer@user:ann[at_nigth]')?.message, /did you mean `at_night`\?/)
})

t.test('the subject must be of an allowed type, with its caveat and expiration', async t => {
  const refused = {
    'doc:1#viewer@team:one': 'team',
    'doc:1#viewer@user:*': 'user:*',
    'doc:1#viewer@group:eng': 'group',
    'doc:1#public@user:ann': 'user',
    'doc:1#viewer@user:ann[at_night]': 'user with at_night',
    'doc:1#guarded@user:ann': 'user',
    'doc:1#guarded@user:ann[other]': 'user with other',
    'doc:1#lent@user:ann': 'user',
    [`doc:1#viewer@user:ann${EXPIRES}`]: 'user with expiration',
    [`doc:1#guarded@user:ann${EXPIRES}`]: 'user with expiration',
  }
  for (const [text, type] of Object.entries(refused)) {
    const found = fault(text)
    t.equal(found?.code, 'subject-not-admitted', text)
    t.match(found?.metadata, { definition_name: 'doc', subject_type: type }, text)
  }
})

t.test(
  'a refusal says which types the relation admits, and which one was probably meant',
  async t => {
    t.equal(
      fault('doc:1#viewer@group:eng')?.message,
      'subjects of type `group` are not allowed on relation `doc#viewer`, expected `user`, ' +
        '`group#member`, `group#everybody` (did you mean `group#member`?)',
    )
    t.match(fault('doc:1#lent@user:ann')?.message, /did you mean `user with expiration`\?/)
    t.notMatch(fault('doc:1#viewer@team:one')?.message, /did you mean/)
  },
)

t.test('a deletion without a caveat fits every caveat and expiration', async t => {
  for (const text of [
    'doc:1#guarded@user:ann',
    'doc:1#lent@user:ann',
    `doc:1#guarded@user:ann${EXPIRES}`,
  ]) {
    t.equal(fault(text, 'delete'), null, text)
  }
  t.equal(fault('doc:1#viewer@user:*', 'delete')?.code, 'subject-not-admitted')
  t.equal(fault('doc:1#viewer@team:one', 'delete')?.code, 'subject-not-admitted')
})

t.test('a deletion with a caveat fits only the types that carry it', async t => {
  t.equal(fault('doc:1#viewer@user:ann[at_night]', 'delete')?.code, 'subject-not-admitted')
  t.equal(fault('doc:1#guarded@user:ann[other]', 'delete')?.code, 'subject-not-admitted')
})

t.test('stored context must be of the caveat’s parameters and their types', async t => {
  const faults = {
    '{"minute":1}': 'minute',
    '{"hour":"late"}': 'hour',
    '{"hour":21,"zones":[1]}': 'zones',
  }
  for (const [context, parameter] of Object.entries(faults)) {
    const found = fault(`doc:1#guarded@user:ann[at_night:${context}]`)
    t.equal(found?.code, 'caveat-parameter-type', context)
    t.strictSame(found?.metadata, { caveat_name: 'at_night', parameter_name: parameter })
    t.match(found?.message, parameter)
  }
})

t.test('a relation admits exactly the alternatives of its type', async t => {
  const relation = schema.member('doc', 'guarded') as Relation
  const shape = {
    type: 'user',
    relation: '',
    wildcard: false,
    caveat: 'at_night',
    expiration: false,
  }
  t.ok(admits(relation, shape))
  t.ok(admits(relation, { ...shape, expiration: true }))
  t.notOk(admits(relation, { ...shape, caveat: null }))
  t.notOk(admits(relation, { ...shape, caveat: 'other' }))
  t.notOk(admits(relation, { ...shape, wildcard: true }))
  t.notOk(admits(relation, { ...shape, relation: 'member' }))
  t.notOk(admits(relation, { ...shape, type: 'team' }))
})
