import t from 'tap'
import { world } from '../world.js'
import { subjects } from './subjects.js'

const NESTED = `
  definition user {}
  definition group {
    relation member: user | group#member
  }
  definition folder {
    relation parent: folder
    relation viewer: user | user:* | group#member
    permission view = viewer + parent->view
  }`

t.test('subjects are found in nested groups and up a chain, in order and once', async t => {
  const nested = world(
    `folder:f#viewer@group:a#member group:a#member@group:b#member group:b#member@user:zoe
     group:b#member@user:Bob group:a#member@user:zoe folder:f#parent@folder:e
     folder:e#viewer@user:ann group:c#member@user:nobody`,
    NESTED,
  )
  t.equal(subjects(nested, 'folder:f#view@user'), 'Bob ann zoe')
  t.equal(subjects(nested, 'folder:f#viewer@user'), 'Bob zoe')
  t.equal(subjects(nested, 'folder:e#view@user'), 'ann')
  t.equal(subjects(nested, 'folder:f#parent@user'), '')
  t.equal(subjects(nested, 'folder:f#parent@folder'), 'e')
})

t.test('ids are in the order of their bytes, also beyond U+FFFF', async t => {
  const ids = ['b', 'a', 'é', 'Z', '\u{1F600}', '\uFF5E', 'a~', '!', '~']
  const open = world(ids.map(id => `folder:f#viewer@user:${id}`).join('\n'), NESTED)
  t.equal(subjects(open, 'folder:f#view@user'), '! Z a a~ b ~ é \uFF5E \u{1F600}')
})

t.test('subject sets are found as such, the one asked for among them', async t => {
  const nested = world(
    'folder:f#viewer@group:a#member group:a#member@group:b#member folder:e#viewer@user:ann',
    NESTED,
  )
  t.equal(subjects(nested, 'folder:f#view@group#member'), 'a b')
  t.equal(subjects(nested, 'group:b#member@group#member'), 'b')
  t.equal(subjects(nested, 'group:unknown#member@group#member'), 'unknown')
  t.equal(subjects(nested, 'folder:f#view@folder#view'), 'f')
  t.equal(subjects(nested, 'folder:f#view@folder#viewer'), 'f')
  t.equal(subjects(nested, 'folder:f#viewer@folder#view'), '')
  t.equal(subjects(nested, 'folder:f#view@group'), '')
})

t.test('a lookup over groups that contain one another ends, with all their members', async t => {
  const ring = world(
    `group:a#member@group:b#member group:b#member@group:c#member group:c#member@group:a#member
     group:c#member@user:ann`,
    NESTED,
  )
  t.equal(subjects(ring, 'group:a#member@user'), 'ann')
  t.equal(subjects(ring, 'group:b#member@group#member'), 'a b c')
})

t.test('a chain too deep for a check is no obstacle where nothing has to be checked', async t => {
  const links = Array.from({ length: 30 }, (_, i) => `group:g${i}#member@group:g${i + 1}#member`)
  const chain = world(`${links.join(' ')} group:g30#member@user:ann`, NESTED)
  t.equal(subjects(chain, 'group:g0#member@user', { depthMax: 5 }), 'ann')
})

const SELF = `
  use self
  definition user {
    relation friend: user
    permission see = friend + self
    permission friends_see = friend.all(see)
  }
  definition doc {
    relation owner: user
    permission view = owner->see
  }`

t.test('self is the object, known or not, where objects of its type are asked for', async t => {
  const friends = world('user:ann#friend@user:bob doc:d#owner@user:ann', SELF)
  t.equal(subjects(friends, 'user:ann#see@user'), 'ann bob')
  t.equal(subjects(friends, 'user:new#see@user'), 'new')
  t.equal(subjects(friends, 'user:new#see@user', { after: 'neW' }), 'new')
  t.equal(subjects(friends, 'user:new#see@user', { after: 'new' }), '')
  t.equal(subjects(friends, 'user:ann#see@user#see'), 'ann')
  t.equal(subjects(friends, 'doc:d#view@user'), 'ann bob')
  t.equal(subjects(friends, 'doc:d#view@doc'), '')
  t.equal(subjects(friends, 'user:ann#friends_see@user'), 'bob')
})

const SETS = `
  definition user {}
  definition doc {
    relation reader: user | user:*
    relation editor: user | user:*
    relation banned: user | user:*
    permission either = reader + editor
    permission both = reader & editor
    permission allowed = reader - banned
    permission nobody = nil
    permission thrice = reader - (editor - banned)
    permission mixed = (reader - banned) + editor
  }`

t.test('intersections and exclusions are those of sets', async t => {
  const doc = world(
    `doc:d#reader@user:r doc:d#reader@user:re doc:d#editor@user:re doc:d#reader@user:rb
     doc:d#banned@user:rb doc:d#reader@user:reb doc:d#editor@user:reb doc:d#banned@user:reb
     doc:d#editor@user:e doc:d#banned@user:b`,
    SETS,
  )
  t.equal(subjects(doc, 'doc:d#either@user'), 'e r rb re reb')
  t.equal(subjects(doc, 'doc:d#both@user'), 're reb')
  t.equal(subjects(doc, 'doc:d#allowed@user'), 'r re')
  t.equal(subjects(doc, 'doc:d#nobody@user'), '')
  t.equal(subjects(doc, 'doc:d#thrice@user'), 'r rb reb')
  t.equal(subjects(doc, 'doc:d#mixed@user'), 'e r re reb')
})

/** A document with these on its relations, as `reader@user:* banned@user:tom`. */
const doc = (text: string) => world(text.replace(/(^|\s+)(?=\S)/g, '$1doc:d#').trim(), SETS)

t.test('a wildcard has a row of its own, and those who are named besides have theirs', async t => {
  t.equal(subjects(doc('reader@user:*'), 'doc:d#reader@user'), '*')
  t.equal(subjects(doc('reader@user:* reader@user:tom'), 'doc:d#reader@user'), '* tom')
  t.equal(subjects(doc('reader@user:* editor@user:tom'), 'doc:d#either@user'), '* tom')
  t.equal(subjects(doc('reader@user:* editor@user:*'), 'doc:d#either@user'), '*')
  t.equal(subjects(doc('reader@user:* editor@user:*'), 'doc:d#both@user'), '*')
  t.equal(subjects(doc('reader@user:*'), 'doc:d#both@user'), '')
  t.equal(subjects(doc('banned@user:*'), 'doc:d#allowed@user'), '')
})

t.test('a wildcard excludes those whom an exclusion names', async t => {
  t.equal(subjects(doc('reader@user:* banned@user:tom'), 'doc:d#allowed@user'), '*-tom')
  t.equal(
    subjects(doc('reader@user:* reader@user:tom banned@user:tom'), 'doc:d#allowed@user'),
    '*-tom',
  )
  t.equal(
    subjects(doc('reader@user:* banned@user:zoe banned@user:ann'), 'doc:d#allowed@user'),
    '*-ann-zoe',
  )
  t.equal(subjects(doc('reader@user:sarah banned@user:*'), 'doc:d#allowed@user'), '')
  t.equal(subjects(doc('reader@user:* banned@user:*'), 'doc:d#allowed@user'), '')
  t.equal(subjects(doc('reader@user:* editor@user:* banned@user:tom'), 'doc:d#thrice@user'), 'tom')
  t.equal(
    subjects(doc('reader@user:* banned@user:tom editor@user:tom'), 'doc:d#mixed@user'),
    '* tom',
  )
  t.equal(subjects(doc('reader@user:* banned@user:tom editor@user:*'), 'doc:d#mixed@user'), '*')
})

t.test('a wildcard in an intersection lets the others through', async t => {
  t.equal(
    subjects(doc('reader@user:* editor@user:ann editor@user:bob'), 'doc:d#both@user'),
    'ann bob',
  )
})

t.test('the wildcard can be left out, and a lookup can continue after it', async t => {
  const open = doc('reader@user:* reader@user:ann reader@user:zoe banned@user:bob')
  const question = 'doc:d#allowed@user'
  t.equal(subjects(open, question), '*-bob ann zoe')
  t.equal(subjects(open, question, { wildcard: false }), 'ann zoe')
  t.equal(subjects(open, question, { after: '*' }), 'ann zoe')
  t.equal(subjects(open, question, { after: '!' }), 'ann zoe')
  t.equal(subjects(open, question, { after: 'ann' }), 'zoe')
  t.equal(subjects(open, question, { after: 'zoe' }), '')
})

t.test('a wildcard is no subject set, and no resource has one as a subject set', async t => {
  const open = world(
    'thing:t#seen_by@group:* group:g#member@user:ann',
    `${NESTED} definition thing {
      relation seen_by: group | group:*
      permission see = seen_by
    }`,
  )
  t.equal(subjects(open, 'thing:t#see@group'), '*')
  t.equal(subjects(open, 'thing:t#see@group#member'), '')
  t.equal(subjects(open, 'thing:t#see@user'), '')
  t.equal(subjects(open, 'group:*#member@group#member'), '')
  t.throws(() => subjects(open, 'group:*#nothing@user'), { code: 'unknown-relation' })
})
