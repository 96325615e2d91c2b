import t from 'tap'
import { world } from '../world.js'
import { answer } from './answer.js'

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

t.test('a member of a nested group is found, and nobody else', async t => {
  const nested = world(
    `folder:f#viewer@group:a#member group:a#member@group:b#member group:b#member@user:ann
     group:c#member@user:bob`,
    NESTED,
  )
  t.equal(answer(nested, 'folder:f#view@user:ann'), 'yes')
  t.equal(answer(nested, 'folder:f#viewer@user:ann'), 'yes')
  t.equal(answer(nested, 'group:a#member@user:ann'), 'yes')
  t.equal(answer(nested, 'folder:f#view@user:bob'), 'no')
  t.equal(answer(nested, 'group:c#member@user:ann'), 'no')
})

t.test('an arrow leads up a chain of parents', async t => {
  const chain = world(
    'folder:c#parent@folder:b folder:b#parent@folder:a folder:a#viewer@user:ann',
    NESTED,
  )
  t.equal(answer(chain, 'folder:c#view@user:ann'), 'yes')
  t.equal(answer(chain, 'folder:a#view@user:ann'), 'yes')
  t.equal(answer(chain, 'folder:c#viewer@user:ann'), 'no')
})

t.test('objects that no relationship mentions are just not found', async t => {
  const empty = world('', NESTED)
  t.equal(answer(empty, 'folder:f#view@user:ann'), 'no')
})

t.test('a wildcard is every object of its type, known or not, but no subject set', async t => {
  const open = world('folder:f#viewer@user:* group:g#member@user:ann', NESTED)
  t.equal(answer(open, 'folder:f#view@user:ann'), 'yes')
  t.equal(answer(open, 'folder:f#view@user:nobody_has_heard_of'), 'yes')
  t.equal(answer(open, 'folder:f#view@group:g'), 'no')
  t.equal(answer(open, 'folder:f#view@group:g#member'), 'no')
})

t.test('a wildcard of groups does not include the sets of their members', async t => {
  const open = world(
    'thing:t#seen_by@group:*',
    `${NESTED} definition thing { relation seen_by: group:*; }`,
  )
  t.equal(answer(open, 'thing:t#seen_by@group:g'), 'yes')
  t.equal(answer(open, 'thing:t#seen_by@group:g#member'), 'no')
})

t.test('a subject set is matched itself, and through the sets that contain it', async t => {
  const nested = world('folder:f#viewer@group:a#member group:a#member@group:b#member', NESTED)
  t.equal(answer(nested, 'folder:f#view@group:a#member'), 'yes')
  t.equal(answer(nested, 'folder:f#view@group:b#member'), 'yes')
  t.equal(answer(nested, 'folder:f#view@group:c#member'), 'no')
  t.equal(answer(nested, 'folder:f#view@group:a'), 'no')
})

t.test('a subject set is in itself, whatever is stored', async t => {
  const empty = world('', NESTED)
  t.equal(answer(empty, 'group:g#member@group:g#member'), 'yes')
  t.equal(answer(empty, 'folder:f#view@folder:f#view'), 'yes')
  t.equal(answer(empty, 'folder:f#view@folder:f#viewer'), 'yes')
  t.equal(answer(empty, 'folder:f#viewer@folder:f#view'), 'no')
  t.equal(answer(empty, 'group:g#member@group:h#member'), 'no')
  t.equal(answer(empty, 'group:g#member@group:g'), 'no')
})

t.test('a set reached through an arrow is in itself', async t => {
  const chain = world('folder:b#parent@folder:a', NESTED)
  t.equal(answer(chain, 'folder:b#view@folder:a#view'), 'yes')
  t.equal(answer(chain, 'folder:b#view@folder:a#viewer'), 'yes')
  t.equal(answer(chain, 'folder:b#view@folder:a#parent'), 'no')
})

const SELF = `
  use self
  definition user {
    relation friend: user
    permission see = friend + self
    permission all_see = friend.all(see)
  }`

t.test('self is the object itself, known or not, and never a set of it', async t => {
  const friends = world('user:ann#friend@user:bob', SELF)
  t.equal(answer(friends, 'user:ann#see@user:ann'), 'yes')
  t.equal(answer(friends, 'user:new#see@user:new'), 'yes')
  t.equal(answer(friends, 'user:new#see@user:other'), 'no')
  t.equal(answer(friends, 'user:ann#friend@user:ann'), 'no')
  t.equal(answer(friends, 'user:ann#see@user:ann#see'), 'yes')
  t.equal(answer(friends, 'user:ann#see@user:ann#all_see'), 'no')
  t.equal(answer(friends, 'user:ann#all_see@user:bob'), 'yes')
})

const SETS = `
  definition user {}
  definition doc {
    relation reader: user
    relation editor: user
    relation banned: user
    permission either = reader + editor
    permission both = reader & editor
    permission allowed = reader - banned
    permission nobody = nil
    permission chained = reader - editor - banned
    permission grouped = reader - (editor - banned)
  }`

t.test('union, intersection and exclusion are those of sets', async t => {
  const doc = world(
    `doc:d#reader@user:r doc:d#reader@user:re doc:d#editor@user:re
     doc:d#reader@user:rb doc:d#banned@user:rb
     doc:d#reader@user:reb doc:d#editor@user:reb doc:d#banned@user:reb`,
    SETS,
  )
  const holders = (permission: string): string =>
    ['none', 'r', 're', 'rb', 'reb']
      .filter(id => answer(doc, `doc:d#${permission}@user:${id}`) === 'yes')
      .join(' ')
  t.equal(holders('either'), 'r re rb reb')
  t.equal(holders('both'), 're reb')
  t.equal(holders('allowed'), 'r re')
  t.equal(holders('nobody'), '')
  t.equal(holders('chained'), 'r')
  t.equal(holders('grouped'), 'r rb reb')
})

const ALL = `
  definition user {}
  definition bot {}
  definition team { relation member: user; }
  definition doc {
    relation team: team | bot
    permission any_team = team->member
    permission all_teams = team.all(member)
  }`

t.test('an `all` arrow requires every subject, and at least one', async t => {
  const docs = world(
    `team:a#member@user:ann team:b#member@user:ann team:b#member@user:bob
     doc:two#team@team:a doc:two#team@team:b
     doc:one#team@team:b
     doc:odd#team@team:b doc:odd#team@bot:b`,
    ALL,
  )
  t.equal(answer(docs, 'doc:two#all_teams@user:ann'), 'yes')
  t.equal(answer(docs, 'doc:two#all_teams@user:bob'), 'no')
  t.equal(answer(docs, 'doc:two#any_team@user:bob'), 'yes')
  t.equal(answer(docs, 'doc:one#all_teams@user:bob'), 'yes')
  t.equal(answer(docs, 'doc:none#all_teams@user:ann'), 'no')
})

t.test(
  'a subject without the target adds nothing to an arrow and fails an `all` arrow',
  async t => {
    const docs = world('team:b#member@user:bob doc:odd#team@team:b doc:odd#team@bot:b', ALL)
    t.equal(answer(docs, 'doc:odd#any_team@user:bob'), 'yes')
    t.equal(answer(docs, 'doc:odd#all_teams@user:bob'), 'no')
  },
)

t.test('an arrow goes to the object of a subject set', async t => {
  const sets = world(
    'doc:d#owner@team:a#member team:a#lead@user:ann team:a#member@user:bob',
    `definition user {}
     definition team {
       relation member: user
       relation lead: user
     }
     definition doc {
       relation owner: team#member
       permission led = owner->lead
     }`,
  )
  t.equal(answer(sets, 'doc:d#led@user:ann'), 'yes')
  t.equal(answer(sets, 'doc:d#led@user:bob'), 'no')
})

t.test('ids are compared by their bytes', async t => {
  const cased = world('group:g#member@user:Ann', NESTED)
  t.equal(answer(cased, 'group:g#member@user:Ann'), 'yes')
  t.equal(answer(cased, 'group:g#member@user:ann'), 'no')
  t.equal(answer(cased, 'group:G#member@user:Ann'), 'no')
})
