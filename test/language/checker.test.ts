// Each kind of type mistake, with a schema that has it and a similar one that does not.

import t from 'tap'
import { doc, messages, mistakes, refusal } from './notation.js'

const USER = 'definition user {}\n'
const BASE = `${USER}definition group {\n relation member: user | group#member\n}\n`
const PUBLIC = `${USER}definition group {\n relation member: user | user:*\n}\n`

/** The items start at line 2, because the definitions that they refer to follow them. */
const foundIn = (base: string, ...items: readonly string[]): readonly string[] =>
  mistakes(`${doc(...items)}\n${base}`)

interface Case {
  readonly name: string
  readonly bad: readonly string[]
  readonly good: readonly string[]
  readonly base?: string
  readonly found: string
  readonly facts: Readonly<Record<string, string>>
}

const CASES: readonly Case[] = [
  {
    name: 'a subject type must be a definition',
    bad: ['relation viewer: usr'],
    good: ['relation viewer: user'],
    found: '2:18 definition-not-found',
    facts: { definition_name: 'usr' },
  },
  {
    name: 'a subject relation must be one of its definition',
    bad: ['relation viewer: group#members'],
    good: ['relation viewer: group#member'],
    found: '2:24 relation-not-found',
    facts: { definition_name: 'group', relation_or_permission_name: 'members' },
  },
  {
    name: 'an expression names what its definition has',
    bad: ['permission view = member'],
    good: ['relation member: user', 'permission view = member'],
    found: '2:19 relation-not-found',
    facts: { definition_name: 'doc', relation_or_permission_name: 'member' },
  },
  {
    name: 'the left side of an arrow must exist',
    bad: ['permission view = parent->view'],
    good: ['relation parent: doc', 'permission view = parent->view'],
    found: '2:19 relation-not-found',
    facts: { definition_name: 'doc', relation_or_permission_name: 'parent' },
  },
  {
    name: 'a caveat must exist',
    bad: ['relation viewer: user with weekday'],
    good: ['relation viewer: user with weekdays'],
    base: `${BASE}caveat weekdays(day int) { day < 5 }`,
    found: '2:28 caveat-not-found',
    facts: { caveat_name: 'weekday' },
  },
  {
    name: 'members of a definition have names of their own',
    bad: ['relation viewer: user', 'permission viewer = nil'],
    good: ['relation viewer: user', 'permission view = nil'],
    found: '3:12 duplicate-relation',
    facts: { definition_name: 'doc', relation_or_permission_name: 'viewer' },
  },
  {
    name: 'a relation names each type once',
    bad: ['relation viewer: user | group#member | user'],
    good: ['relation viewer: user | group#member | user:* | group'],
    found: '2:40 duplicate-allowed-relation',
    facts: { definition_name: 'doc', relation_name: 'viewer', allowed_relation: 'user' },
  },
  {
    name: 'the left side of an arrow is no permission',
    bad: ['permission owner = nil', 'permission view = owner->view'],
    good: ['relation owner: doc', 'permission view = owner->view'],
    found: '3:19 permission-left-of-arrow',
    facts: { definition_name: 'doc', permission_name: 'view', used_permission_name: 'owner' },
  },
  {
    name: 'the left side of an arrow holds no wildcard',
    bad: ['relation parent: doc:*', 'permission view = parent.all(view)'],
    good: ['relation parent: doc', 'permission view = parent.all(view)'],
    found: '3:19 wildcard-in-arrow',
    facts: { definition_name: 'doc', permission_name: 'view', accessed_relation_name: 'parent' },
  },
  {
    name: 'the left side of an arrow holds no wildcard through another relation',
    bad: ['relation all: user:*', 'relation parent: doc#all', 'permission view = parent->view'],
    good: ['relation all: user:*', 'relation parent: doc#all', 'permission view = parent'],
    found: '4:19 wildcard-in-arrow',
    facts: { definition_name: 'doc', permission_name: 'view', accessed_relation_name: 'parent' },
  },
  {
    name: "another definition's relation brings in no wildcard",
    bad: ['relation viewer: user | group#member'],
    good: ['relation viewer: user | group'],
    base: PUBLIC,
    found: '2:25 transitive-wildcard',
    facts: { definition_name: 'doc', relation_name: 'viewer' },
  },
  {
    name: 'permissions are not aliases of one another in a circle',
    bad: ['permission one = (two)', 'permission two = three', 'permission three = one'],
    good: ['permission one = two', 'permission two = three', 'permission three = one + nil'],
    found: '2:12 permissions-cycle',
    facts: { definition_name: 'doc', permission_names: 'one,two,three' },
  },
]

for (const { name, bad, good, base = BASE, found, facts } of CASES) {
  t.test(name, async t => {
    t.strictSame(foundIn(base, ...bad), [found])
    t.strictSame(foundIn(base, ...good), [])
    const { code, metadata } = refusal(`${doc(...bad)}\n${base}`)
    t.equal(code, 'schema-type')
    t.match(metadata, facts)
  })
}

t.test('the same type with other traits is another type', async t => {
  const uses = `use expiration\n${USER}caveat at_night(hour int) { hour > 20 }\n`
  const types = ['', ' with at_night', ' with expiration', ' with at_night and expiration']
  const relation = types.map(traits => `user${traits}`).join(' | ')
  t.strictSame(mistakes(`${uses}${doc(`relation viewer: ${relation}`)}`), [])
  for (const traits of types) {
    const twice = doc(`relation viewer: ${relation} | user${traits}`)
    t.match(mistakes(`${uses}${twice}`), [/duplicate-allowed-relation/])
  }
})

t.test('wildcards are found whatever the order of the text', async t => {
  const parts = [
    'definition aaa {\n relation same: user:*\n}',
    'definition bbb {\n relation same: user\n relation via: bbb#same\n permission all = via->x\n}',
    'definition ccc {\n relation same: aaa#same\n permission all = same->x\n}',
  ]
  const codes = (order: readonly number[]) =>
    mistakes([USER, ...order.map(i => parts[i])].join('\n')).map(each => each.split(' ')[1])
  const orders = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ]
  for (const order of orders) t.strictSame(codes(order), ['transitive-wildcard'], `${order}`)
})

t.test('a wildcard through a chain of definitions is reported where it enters', async t => {
  const team = 'definition team {\n relation member: group#member\n}\n'
  t.strictSame(mistakes(`${team}${PUBLIC}${doc('relation viewer: team#member')}`), [
    '2:19 transitive-wildcard',
  ])
})

t.test('unusual but meaningful schemas compile', async t => {
  const odd: readonly (readonly string[])[] = [
    ['relation parent: doc', 'relation viewer: user', 'permission view = viewer + parent->view'],
    ['relation parent: user', 'permission view = parent->nowhere'],
    ['relation viewer: user', 'permission view = view + viewer'],
    ['relation reader: user:*', 'relation viewer: doc#reader'],
    ['relation all: user:*', 'relation banned: user', 'permission view = (all - banned) & all'],
    ['relation viewer: doc#view', 'permission view = viewer'],
    [],
  ]
  for (const items of odd) t.strictSame(foundIn(BASE, ...items), [], items.join('; '))
  t.strictSame(mistakes(''), [])
  t.strictSame(mistakes('// nothing yet\n'), [])
})

t.test('names are well formed', async t => {
  const sixtyFour = `a${'b'.repeat(63)}`
  for (const name of ['abc', sixtyFour, 'a_1', 'one/two/three', `${sixtyFour}/abc`]) {
    t.strictSame(mistakes(`definition ${name} {}`), [], name)
  }
  const bad = ['ab', 'Abc', '1bc', 'abc_', `${sixtyFour}b`, 'ab/abc', '_bc', 'größe']
  for (const name of [...bad, `${sixtyFour}/${sixtyFour}`]) {
    t.strictSame(mistakes(`definition ${name} {}`), ['1:12 invalid-definition-name'], name)
  }
  for (const name of bad.filter(each => !each.includes('/'))) {
    t.strictSame(mistakes(doc(`permission ${name} = nil`)), ['2:12 invalid-permission-name'], name)
  }
  t.strictSame(mistakes(doc(`permission ${sixtyFour} = nil`)), [])
  t.strictSame(mistakes('caveat größe(abc int) { abc == 1 }'), ['1:8 invalid-caveat-name'])
  t.strictSame(mistakes('caveat X/9(abc int) { abc == 1 }'), [])
})

t.test('no two declarations share a name', async t => {
  t.strictSame(mistakes(`${USER}${USER}`), ['2:12 duplicate-name'])
  t.strictSame(mistakes(`${USER}caveat user(abc int) { abc == 1 }`), ['2:8 duplicate-name'])
  t.strictSame(mistakes(`use partial\n${USER}partial user {}`), ['3:9 duplicate-name'])
})

t.test('a parameter is declared once', async t => {
  t.strictSame(mistakes('caveat abc(one int, one int) { one == 1 }'), ['1:21 duplicate-parameter'])
})

t.test('a similar name is suggested, and the flag that a word needs', async t => {
  t.match(messages(doc('relation viewer: doc', 'permission view = veiwer')), [
    /did you mean `viewer`\?/,
  ])
  t.match(messages(doc('relation viewer: docs')), [/did you mean `doc`\?/])
  t.match(messages(doc('relation viewer: doc with expiration')), [/`use expiration`\?/])
  t.match(messages(doc('permission view = self')), [/`use self`\?/])
  t.notMatch(messages(doc('permission view = anybody')), [/did you mean/])
})

t.test('an annotation covers all types, if type checking is used', async t => {
  const bots = 'definition bot {}\n'
  const items = (annotation: string) =>
    doc(
      'relation viewer: user | group#member',
      'relation operator: bot',
      'relation banned: bot',
      'relation parent: doc',
      `permission view${annotation} = viewer + parent->operate - banned`,
      'permission operate = operator',
    )
  const text = (annotation: string) => `use typechecking\n${items(annotation)}\n${BASE}${bots}`
  t.strictSame(mistakes(text(': user')), ['7:12 incomplete-type-annotation'])
  t.match(messages(text(': user')), [/can be of `bot`/])
  t.strictSame(mistakes(text(': bot | user')), [])
  t.strictSame(mistakes(text('')), [])
  t.strictSame(mistakes(`${items(': user')}\n${BASE}${bots}`), [], 'unused, it says nothing')
})

t.test('a schema is no larger than the limit', async t => {
  const padding = (bytes: number) => `${USER}// ${'é'.repeat((bytes - USER.length - 3) / 2)}`
  t.strictSame(mistakes(padding(4_194_304)), [])
  t.strictSame(mistakes(padding(4_194_308)), ['1:1 schema-too-large'])
})
