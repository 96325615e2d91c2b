// Caveats that cannot be evaluated, in every position. Each costs a lookup one row, which states
// the refusal of its check, and everything else is as without them. Also: who has a permission by a
// wildcard alone.

import t from 'tap'
import { world } from '../world.js'
import { resources } from './resources.js'
import type { Looking } from './subjects.js'
import { subjects } from './subjects.js'

const SCHEMA = `
  caveat ratio(n int, of int) { n / of < 1 }
  definition user {}
  definition group {
    relation member: user | user with ratio | group#member | group#member with ratio
  }
  definition folder {
    relation reader: user | user:* | user:* with ratio | group#member
  }
  definition doc {
    relation folder: folder | folder with ratio
    relation reader: user | user:* | user with ratio | user:* with ratio | group#member
    relation above: user | user with ratio
    relation shut: user | user with ratio | user:*
    permission view = reader + folder->reader
    permission both = reader & above
    permission all = folder.all(reader) + reader
    permission left = reader - shut
    permission open = reader + (above - shut)
  }`

const ONE = '[ratio:{"n":1,"of":0}]'
const GOOD = 'doc:a#reader@user:u doc:c#reader@user:u'

const PLACES: Readonly<Record<string, readonly [permission: string, relationships: string]>> = {
  'a relationship': ['view', `doc:b#reader@user:u${ONE}`],
  'a group': ['view', `doc:b#reader@group:g#member group:g#member@user:u${ONE}`],
  'a group in a group': [
    'view',
    `doc:b#reader@group:g#member group:g#member@group:h#member${ONE} group:h#member@user:u`,
  ],
  'an arrow': ['view', `doc:b#folder@folder:f${ONE} folder:f#reader@user:u`],
  'an arrow to all': ['all', `doc:b#folder@folder:f${ONE} folder:f#reader@user:u`],
  'an intersection': ['both', `doc:b#reader@user:u doc:b#above@user:u${ONE} ${aboveToo()}`],
  'an exclusion': ['left', `doc:b#reader@user:u doc:b#shut@user:u${ONE}`],
  'a wildcard': ['view', `doc:b#reader@user:*${ONE}`],
  'a wildcard behind an arrow': ['view', `doc:b#folder@folder:f folder:f#reader@user:*${ONE}`],
}

function aboveToo(): string {
  return 'doc:a#above@user:u doc:c#above@user:u'
}

for (const [place, [permission, relationships]] of Object.entries(PLACES)) {
  t.test(`a caveat that fails on ${place} costs one row`, async t => {
    const docs = world(`${GOOD} ${relationships}`, SCHEMA)
    const question = `doc#${permission}@user:u`
    t.equal(resources(docs, question), 'a b!caveat-evaluation c')
    t.equal(resources(docs, question, { after: 'b' }), 'c')
  })
}

/** Who has the permission on document d. */
const found = (permission: string, relationships: string, looking?: Looking): string =>
  subjects(world(relationships, SCHEMA), `doc:d#${permission}@user`, looking)

t.test('a subject whose check is refused has a row, and is excluded from the wildcard', async t => {
  const shut = `doc:d#reader@user:* doc:d#shut@user:bob${ONE} doc:d#reader@user:cy`
  t.equal(found('left', shut), '*-bob!caveat-evaluation bob!caveat-evaluation cy')
  t.equal(found('left', shut, { after: 'bob' }), 'cy')
  t.equal(found('left', shut, { wildcard: false }), 'cy')
  const all = `doc:d#reader@user:*${ONE} doc:d#shut@user:bob doc:d#reader@user:cy`
  t.equal(found('left', all), '*!caveat-evaluation-bob cy')
  t.equal(found('left', all, { wildcard: false }), 'cy')
})

t.test('without the wildcard, subjects that have only the wildcard are left out', async t => {
  const text = `doc:d#reader@user:* doc:d#above@user:bob doc:d#shut@user:bob doc:d#above@user:cy`
  t.equal(found('open', text), '* bob cy')
  t.equal(found('open', text, { wildcard: false }), 'cy')
  t.equal(found('open', `${text} doc:d#shut@user:*`, { wildcard: false }), '')
  t.equal(found('both', text, { wildcard: false }), 'bob cy')
  t.equal(found('left', text, { wildcard: false }), '')
})

t.test('deeply nested subjects are found without the wildcard too', async t => {
  const deep = Array.from({ length: 400 }, (_, i) => `group:${i}#member@group:${i + 1}#member`)
  const text = `doc:d#shut@user:* doc:d#reader@user:* doc:d#reader@group:0#member ${deep.join(' ')}`
  t.equal(found('view', `${text} group:400#member@user:ann`, { wildcard: false }), 'ann')
  t.equal(found('left', `${text} group:400#member@user:ann`, { wildcard: false }), '')
})
