// A stored relationship that the current schema does not admit does not count: schemas change, and
// data stays.

import t from 'tap'
import { world } from '../world.js'
import { answer } from './answer.js'

const base = (types: string): string => `
  use expiration
  caveat low(p int) { p < 10 }
  caveat high(p int) { p > 10 }
  definition user {}
  definition team {
    relation member: user
    relation lead: user
  }
  definition doc {
    relation reader: ${types}
  }`

const reads = (types: string, subject: string, asked = 'user:ann'): string =>
  answer(
    world(`team:a#member@user:ann team:a#lead@user:ann doc:d#reader@${subject}`, base(types)),
    `doc:d#reader@${asked}`,
    { context: { p: 1 } },
  )

const UNTIL = '[expiration:2030-01-01T00:00:00Z]'

t.test('what the schema admits counts', async t => {
  t.equal(reads('user', 'user:ann'), 'yes')
  t.equal(reads('user:*', 'user:*'), 'yes')
  t.equal(reads('user with low', 'user:ann[low]'), 'yes')
  t.equal(reads('user with expiration', `user:ann${UNTIL}`), 'yes')
  t.equal(reads('user with low and expiration', `user:ann[low]${UNTIL}`), 'yes')
  t.equal(reads('team#member', 'team:a#member'), 'yes')
})

t.test('a type that the relation no longer has does not count', async t => {
  t.equal(reads('team', 'user:ann'), 'no')
  t.equal(reads('team#lead', 'team:a#member'), 'no')
  t.equal(reads('team', 'team:a#member'), 'no')
  t.equal(reads('team#member', 'team:a', 'team:a'), 'no')
})

t.test(
  'a wildcard counts only where wildcards are admitted, and objects only where they are',
  async t => {
    t.equal(reads('user', 'user:*'), 'no')
    t.equal(reads('user:*', 'user:ann'), 'no')
    t.equal(reads('user | user:* with low', 'user:*'), 'no')
  },
)

t.test('a caveat counts only where that caveat is admitted', async t => {
  t.equal(reads('user with low', 'user:ann'), 'no')
  t.equal(reads('user', 'user:ann[low]'), 'no')
  t.equal(reads('user with high', 'user:ann[low]'), 'no')
  t.equal(reads('user with high | user:* with low', 'user:ann[low]'), 'no')
  t.equal(reads('user with high | team with low', 'user:ann[low]'), 'no')
})

t.test('an expiration counts only where it is admitted', async t => {
  t.equal(reads('user', `user:ann${UNTIL}`), 'no')
  t.equal(reads('user with expiration', 'user:ann'), 'no')
  t.equal(reads('user with low | user with expiration', `user:ann[low]${UNTIL}`), 'no')
  t.equal(reads('user with low and expiration', `user:ann${UNTIL}`), 'no')
})

t.test(
  'what does not count is not there for arrows either: neither for any nor for all',
  async t => {
    const schema = `
    definition user {}
    definition team { relation member: user; }
    definition doc {
      relation team: team
      permission any_team = team->member
      permission all_teams = team.all(member)
    }`
    const stale = world(
      `doc:d#team@team:a doc:d#team@team:b#member doc:s#team@team:b#member
     team:a#member@user:ann team:b#member@user:bob`,
      schema,
    )
    t.equal(answer(stale, 'doc:d#all_teams@user:ann'), 'yes')
    t.equal(answer(stale, 'doc:d#any_team@user:bob'), 'no')
    t.equal(answer(stale, 'doc:s#all_teams@user:bob'), 'no')
  },
)

t.test('data of definitions and relations that are gone does no harm', async t => {
  const gone = world(
    'doc:d#reader@ghost:g#member ghost:g#member@user:ann doc:d#gone@user:ann doc:d#reader@user:ann',
    base('user'),
  )
  t.equal(answer(gone, 'doc:d#reader@user:ann'), 'yes')
})
