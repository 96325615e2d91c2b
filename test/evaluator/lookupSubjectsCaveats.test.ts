// Caveats and expirations on relationships that grant, on wildcards, and on exclusions, each by
// itself.

import t from 'tap'
import { world } from '../world.js'
import { NOW } from './answer.js'
import { type Looking, subjects } from './subjects.js'

const SCHEMA = `
  use expiration
  caveat by_day(day string) { day == "monday" }
  caveat by_hour(hour int) { hour < 12 }
  caveat broken(list list<int>) { list[0] == 1 }
  definition user {}
  definition group {
    relation member: user | user with by_hour
  }
  definition doc {
    relation reader: user | user:* | user with by_day | user:* with by_day | group#member with by_day |
      user with expiration | user:* with expiration
    relation editor: user | user:* | user with by_hour | user:* with by_hour
    relation banned: user | user:* | user with by_hour | user:* with by_hour | user with broken
    relation team: group
    permission either = reader + editor
    permission both = reader & editor
    permission allowed = reader - banned
    permission thrice = reader - (editor - banned)
    permission teams = team.all(member)
  }`

/** Who has the permission on document d, where these relationships are its own. */
const found = (permission: string, relationships: string, looking?: Looking): string =>
  subjects(world(relationships, SCHEMA), `doc:d#${permission}@user`, looking)

const BY_DAY = 'doc:d#reader@user:tom[by_day]'
const ALL_BY_DAY = 'doc:d#reader@user:*[by_day]'
const ALL = 'doc:d#reader@user:*'

t.test('a condition is reported until it is decided', async t => {
  t.equal(found('reader', BY_DAY), 'tom?day')
  t.equal(found('reader', BY_DAY, { context: { day: 'monday' } }), 'tom')
  t.equal(found('reader', BY_DAY, { context: { day: 'friday' } }), '')
  t.equal(found('reader', 'doc:d#reader@user:tom[by_day:{"day":"friday"}]'), '')
})

t.test('conditions on a path add up, and an unconditional path overrides them', async t => {
  const set = 'doc:d#reader@group:g#member[by_day] group:g#member@user:tom[by_hour]'
  t.equal(found('reader', set), 'tom?day,hour')
  t.equal(found('either', `${set} doc:d#editor@user:tom`), 'tom')
  t.equal(found('both', `${set} doc:d#editor@user:tom`), 'tom?day,hour')
  t.equal(found('reader', `${set} doc:d#reader@user:zoe`), 'tom?day,hour zoe')
})

t.test('a condition on an exclusion leaves the subject, maybe', async t => {
  const tom = 'doc:d#reader@user:tom doc:d#banned@user:tom[by_hour]'
  t.equal(found('allowed', tom), 'tom?hour')
  t.equal(found('allowed', tom, { context: { hour: 9 } }), '')
  t.equal(found('allowed', tom, { context: { hour: 13 } }), 'tom')
  t.equal(found('allowed', `${BY_DAY} doc:d#banned@user:tom[by_hour]`), 'tom?day,hour')
})

t.test('a condition on a wildcard is the condition of all that it grants to', async t => {
  t.equal(found('reader', ALL_BY_DAY), '*?day')
  t.equal(found('reader', ALL_BY_DAY, { context: { day: 'monday' } }), '*')
  t.equal(found('reader', ALL_BY_DAY, { context: { day: 'friday' } }), '')
  t.equal(found('reader', `${ALL_BY_DAY} doc:d#reader@user:ann`), '*?day ann')
  t.equal(found('reader', `${ALL_BY_DAY} ${BY_DAY}`), '*?day tom?day')
  t.equal(found('either', `${ALL_BY_DAY} doc:d#editor@user:tom[by_hour]`), '*?day tom?day,hour')
  t.equal(found('either', `${ALL_BY_DAY} doc:d#editor@user:*[by_hour]`), '*?day,hour')
  t.equal(found('reader', `${ALL} ${BY_DAY}`), '* tom')
})

t.test(
  'a condition on an exclusion from a wildcard is reported with the excluded subject',
  async t => {
    const maybe = 'doc:d#banned@user:tom[by_hour]'
    t.equal(found('allowed', `${ALL} ${maybe}`), '*-tom?hour')
    t.equal(found('allowed', `${ALL} ${maybe}`, { context: { hour: 9 } }), '*-tom')
    t.equal(found('allowed', `${ALL} ${maybe}`, { context: { hour: 13 } }), '*')
    t.equal(found('allowed', `${ALL} ${maybe} doc:d#banned@user:ann`), '*-ann-tom?hour')
    t.equal(found('allowed', `${ALL} ${maybe} doc:d#reader@user:tom`), '*-tom?hour tom?hour')
  },
)

t.test(
  'a conditional wildcard excludes who are less, and on their conditions who may be',
  async t => {
    t.equal(found('allowed', `${ALL_BY_DAY} doc:d#banned@user:tom`), '*?day-tom')
    t.equal(found('allowed', `${ALL_BY_DAY} doc:d#banned@user:tom[by_hour]`), '*?day-tom?hour')
    const tom = 'doc:d#reader@user:tom doc:d#banned@user:tom[by_hour]'
    t.equal(found('allowed', `${ALL_BY_DAY} ${tom}`), '*?day-tom?hour tom?hour')
  },
)

t.test('all may be excluded on a condition, but those who are excluded from that', async t => {
  t.equal(found('allowed', `${ALL} doc:d#banned@user:*[by_hour]`), '*?hour')
  t.equal(
    found('thrice', `${ALL} doc:d#editor@user:*[by_hour] doc:d#banned@user:tom`),
    '*?hour tom',
  )
  t.equal(found('thrice', `${ALL} doc:d#editor@user:* doc:d#banned@user:tom[by_hour]`), 'tom?hour')
})

t.test('an `all` arrow requires every condition', async t => {
  const teams = `doc:d#team@group:a doc:d#team@group:b group:a#member@user:tom[by_hour]
    group:b#member@user:tom group:a#member@user:zoe`
  t.equal(found('teams', teams), 'tom?hour')
})

t.test('what has expired grants nothing', async t => {
  const rows = `doc:d#reader@user:tom[expiration:2026-06-01T00:00:00Z]
    doc:d#reader@user:*[expiration:2026-06-01T00:00:00Z] doc:d#reader@user:zoe`
  t.equal(found('reader', rows, { now: NOW - 1 }), '* tom zoe')
  t.equal(found('reader', rows, { now: NOW }), 'zoe')
})

t.test('what the schema does not admit grants nothing', async t => {
  t.equal(found('editor', 'doc:d#editor@user:tom[by_day] doc:d#editor@user:zoe'), 'zoe')
  t.equal(found('team', 'doc:d#team@group:a#member'), '')
})

t.test('a caveat that cannot be evaluated is reported for subjects that depend on it', async t => {
  const broken = 'doc:d#reader@user:tom doc:d#banned@user:tom[broken] doc:d#reader@user:ann'
  const context = { list: [] }
  t.equal(found('allowed', broken, { context }), 'ann tom!caveat-evaluation')
  t.equal(found('reader', broken, { context }), 'ann tom')
  t.equal(found('allowed', broken, { context: { list: [2] } }), 'ann tom')
})

t.test('names that the schema lacks are refused', async t => {
  const empty = world('', SCHEMA)
  for (const [question, code] of [
    ['nothing:d#reader@user', 'unknown-definition'],
    ['doc:d#nothing@user', 'unknown-relation'],
    ['doc:d#reader@nobody', 'unknown-definition'],
    ['doc:d#reader@group#nothing', 'unknown-relation'],
  ]) {
    t.throws(() => subjects(empty, question), { code }, question)
  }
})

t.test('the bound on work is held by each check, not by their sum', async t => {
  const ids = Array.from({ length: 20 }, (_, i) => i)
  const rows = ids.map(i => `doc:d#reader@user:u${i} doc:d#editor@user:u${i}`).join(' ')
  t.equal(found('both', rows, { workMax: 10 }).split(' ').length, ids.length)
  t.throws(() => found('both', rows, { workMax: 2 }), { code: 'work-exceeded' })
})
