import t from 'tap'
import { world } from '../world.js'
import { answer, ask } from './answer.js'

const SCHEMA = `
  use expiration
  caveat low(p int) { p < 10 }
  caveat match(p int, q int) { p == q }
  definition user {}
  definition team { relation member: user with low; }
  definition doc {
    relation reader: user | user with low | user with match | user:* with low | team#member with match
    relation editor: user with match
    relation banned: user with low
    relation guest: user with expiration | user with low and expiration
    relation team: team with match
    permission either = reader + editor
    permission both = reader & editor
    permission allowed = reader - banned
    permission teams = team->member
    permission all_teams = team.all(member)
  }`

const caveated = (text: string) => world(text, SCHEMA)

t.test(
  'a caveat decides when its parameters are given, and names those that are missing',
  async t => {
    const doc = caveated('doc:d#reader@user:ann[low]')
    t.equal(answer(doc, 'doc:d#reader@user:ann', { context: { p: 1 } }), 'yes')
    t.equal(answer(doc, 'doc:d#reader@user:ann', { context: { p: 10 } }), 'no')
    t.equal(answer(doc, 'doc:d#reader@user:ann'), 'conditional on p')
  },
)

t.test('stored context wins over the context of the question, key by key', async t => {
  const doc = caveated('doc:d#reader@user:ann[match:{"p":1}]')
  t.equal(answer(doc, 'doc:d#reader@user:ann'), 'conditional on q')
  t.equal(answer(doc, 'doc:d#reader@user:ann', { context: { q: 1 } }), 'yes')
  t.equal(answer(doc, 'doc:d#reader@user:ann', { context: { p: 2, q: 2 } }), 'no')
})

t.test('missing names come from all undecided operands, and from nothing else', async t => {
  const doc = caveated(
    `doc:d#reader@user:ann[low] doc:d#editor@user:ann[match:{"p":1}]
     doc:d#reader@user:bob doc:d#editor@user:bob[match:{"p":1}]`,
  )
  t.equal(answer(doc, 'doc:d#either@user:ann'), 'conditional on p, q')
  t.equal(answer(doc, 'doc:d#both@user:ann'), 'conditional on p, q')
  t.equal(answer(doc, 'doc:d#both@user:ann', { context: { p: 1 } }), 'conditional on q')
  t.equal(answer(doc, 'doc:d#both@user:ann', { context: { p: 20 } }), 'no')
  t.equal(answer(doc, 'doc:d#either@user:bob'), 'yes')
  t.equal(answer(doc, 'doc:d#both@user:bob'), 'conditional on q')
})

t.test('an undecided exclusion leaves the verdict undecided', async t => {
  const doc = caveated('doc:d#reader@user:ann doc:d#banned@user:ann[low]')
  t.equal(answer(doc, 'doc:d#allowed@user:ann'), 'conditional on p')
  t.equal(answer(doc, 'doc:d#allowed@user:ann', { context: { p: 1 } }), 'no')
  t.equal(answer(doc, 'doc:d#allowed@user:ann', { context: { p: 10 } }), 'yes')
})

t.test('a caveated wildcard holds for everybody on that condition', async t => {
  const doc = caveated('doc:d#reader@user:*[low]')
  t.equal(answer(doc, 'doc:d#reader@user:anyone'), 'conditional on p')
  t.equal(answer(doc, 'doc:d#reader@user:anyone', { context: { p: 1 } }), 'yes')
})

t.test('conditions along the way to a nested set add up', async t => {
  const doc = caveated(
    'doc:d#reader@team:a#member[match:{"p":1}] team:a#member@user:ann[low:{"p":1}]',
  )
  t.equal(answer(doc, 'doc:d#reader@user:ann'), 'conditional on q')
  t.equal(answer(doc, 'doc:d#reader@user:ann', { context: { q: 1 } }), 'yes')
  t.equal(answer(doc, 'doc:d#reader@user:ann', { context: { q: 2 } }), 'no')
})

t.test('a false caveat on a relationship of an `all` arrow makes it a no', async t => {
  const doc = caveated(
    `doc:d#team@team:a[match:{"p":1}] doc:d#team@team:b[match:{"p":2}]
     team:a#member@user:ann[low:{"p":1}] team:b#member@user:ann[low:{"p":1}]`,
  )
  t.equal(answer(doc, 'doc:d#teams@user:ann'), 'conditional on q')
  t.equal(answer(doc, 'doc:d#teams@user:ann', { context: { q: 1 } }), 'yes')
  t.equal(answer(doc, 'doc:d#all_teams@user:ann'), 'conditional on q')
  t.equal(answer(doc, 'doc:d#all_teams@user:ann', { context: { q: 1 } }), 'no')
})

t.test('unknown keys in the context of a question are ignored', async t => {
  const doc = caveated('doc:d#reader@user:ann[low]')
  t.equal(answer(doc, 'doc:d#reader@user:ann', { context: { p: 1, zoo: [null] } }), 'yes')
})

t.test('a caveat that cannot be evaluated is refused if the verdict depends on it', async t => {
  const doc = caveated(
    `doc:d#reader@user:ann[low] doc:d#editor@user:ann[match:{"p":1}]
     doc:d#reader@user:bob doc:d#banned@user:bob[low] doc:d#reader@user:cid[low]`,
  )
  const wrong = { context: { p: 'ten' } }
  const refusal = { code: 'caveat-parameter-type' }
  t.throws(() => ask(doc, 'doc:d#reader@user:ann', wrong), refusal)
  t.throws(() => ask(doc, 'doc:d#allowed@user:bob', wrong), refusal)
  t.equal(answer(doc, 'doc:d#either@user:bob', wrong), 'yes')
  t.equal(answer(doc, 'doc:d#both@user:cid', wrong), 'no')
})

t.test('a relationship counts until the instant it expires', async t => {
  const doc = caveated('doc:d#guest@user:ann[expiration:2026-01-01T00:00:00Z]')
  const at = Date.parse('2026-01-01T00:00:00Z')
  t.equal(answer(doc, 'doc:d#guest@user:ann', { now: at - 1 }), 'yes')
  t.equal(answer(doc, 'doc:d#guest@user:ann', { now: at }), 'no')
})

t.test('a relationship may be under a caveat and expire', async t => {
  const doc = caveated('doc:d#guest@user:ann[low][expiration:2027-01-01T00:00:00Z]')
  const late = Date.parse('2027-01-01T00:00:00Z')
  t.equal(answer(doc, 'doc:d#guest@user:ann'), 'conditional on p')
  t.equal(answer(doc, 'doc:d#guest@user:ann', { now: late }), 'no')
})
