import t from 'tap'
import { lookupResources, type Snapshot } from '../../src/evaluator/index.js'
import { TestSnapshot } from '../snapshot.js'
import { world } from '../world.js'
import { found, granted, resources, toQuestion } from './resources.js'

const NESTED = `
  definition user {}
  definition group {
    relation member: user | group#member
    relation manager: user
    permission staff = member + manager
  }
  definition folder {
    relation parent: folder
    relation viewer: user | user:* | group#member | group#staff
    permission view = viewer + parent->view
  }
  definition doc {
    relation folder: folder
    relation owner: user | group#member
    relation banned: user
    permission view = owner + folder->view
    permission read = view - banned
    permission own = view & owner
  }`

t.test('relations are looked up, each resource once and in the order of ids', async t => {
  const docs = world(
    'doc:b#owner@user:ann doc:a#owner@user:ann doc:c#owner@user:bob doc:B#owner@user:ann',
    NESTED,
  )
  t.equal(resources(docs, 'doc#owner@user:ann'), 'B a b')
  t.equal(resources(docs, 'doc#owner@user:bob'), 'c')
  t.equal(resources(docs, 'doc#owner@user:nobody'), '')
  t.equal(resources(docs, 'folder#viewer@user:ann'), '')
})

t.test('sets lead through relations and permissions, nested and in circles', async t => {
  const groups = world(
    `group:a#member@group:b#member group:b#member@user:ann group:b#member@group:a#member
     folder:1#viewer@group:a#member folder:2#viewer@group:b#staff folder:3#viewer@group:a#staff
     group:c#manager@user:ann folder:4#viewer@group:c#staff folder:5#viewer@group:c#member`,
    NESTED,
  )
  t.equal(resources(groups, 'folder#view@user:ann'), '1 2 3 4')
  t.equal(resources(groups, 'group#staff@user:ann'), 'a b c')
  t.equal(resources(groups, 'folder#view@group:a#member'), '1 2 3')
  t.equal(resources(groups, 'folder#view@group:c#manager'), '4')
  t.equal(resources(groups, 'folder#view@group:c'), '', 'the object is not its set')
})

t.test('a set is in itself, known or not, and in what follows from that', async t => {
  const empty = world('', NESTED)
  t.equal(resources(empty, 'doc#owner@doc:x#owner'), 'x')
  t.equal(resources(empty, 'doc#view@doc:x#owner'), 'x')
  t.equal(resources(empty, 'doc#owner@doc:x#view'), '')
  const some = world('doc:a#owner@user:ann doc:z#owner@user:ann', NESTED)
  t.equal(resources(some, 'doc#view@doc:m#view'), 'm')
  t.equal(resources(some, 'doc#view@doc:m#view', { after: 'm' }), '')
  t.equal(resources(some, 'doc#view@doc:a#owner'), 'a')
})

t.test('`self` is the object, known or not, between the others', async t => {
  const SELF = `
    use self
    definition user {
      relation friend: user | user:*
      permission see = self + friend
      permission both = self & friend
    }`
  const friends = world('user:b#friend@user:ann user:y#friend@user:*', SELF)
  t.equal(resources(friends, 'user#see@user:ann'), 'ann b y')
  t.equal(resources(friends, 'user#see@user:x'), 'x y', 'nobody has heard of x')
  t.equal(resources(friends, 'user#see@user:zed'), 'y zed')
  t.equal(resources(friends, 'user#both@user:y'), 'y')
  t.equal(resources(friends, 'user#both@user:x'), '')
  t.equal(resources(friends, 'user#both@user:b#friend'), '', 'a set is no object')
})

t.test('arrows lead to all resources that name the object, itself or by a subject set', async t => {
  const tree = world(
    `folder:b#parent@folder:a folder:c#parent@folder:b folder:a#viewer@user:ann
     doc:1#folder@folder:c doc:2#folder@folder:x doc:3#owner@user:ann`,
    NESTED,
  )
  t.equal(resources(tree, 'folder#view@user:ann'), 'a b c')
  t.equal(resources(tree, 'doc#view@user:ann'), '1 3')
  const SETS = `
    definition user {}
    definition team { relation member: user; relation lead: user; }
    definition doc {
      relation team: team | team#member | team#lead
      permission lead = team->lead
    }`
  const teams = world(
    'team:t#lead@user:ann doc:1#team@team:t doc:2#team@team:t#member doc:3#team@team:t#lead',
    SETS,
  )
  t.equal(resources(teams, 'doc#lead@user:ann'), '1 2 3')
  t.equal(resources(teams, 'doc#team@user:ann'), '3')
})

t.test('a lookup over a cycle of folders ends', async t => {
  const circle = world(
    `folder:a#parent@folder:b folder:b#parent@folder:c folder:c#parent@folder:a
     folder:b#viewer@user:ann folder:d#parent@folder:d`,
    NESTED,
  )
  t.equal(resources(circle, 'folder#view@user:ann'), 'a b c')
})

t.test('a wildcard grants to all of its type, known or not', async t => {
  const open = world('folder:o#viewer@user:* doc:1#folder@folder:o doc:2#owner@user:ann', NESTED)
  t.equal(resources(open, 'doc#view@user:ann'), '1 2')
  t.equal(resources(open, 'doc#view@user:new'), '1')
  t.equal(resources(open, 'folder#view@group:g#member'), '')
})

t.test('candidates of intersections and exclusions are checked', async t => {
  const docs = world(
    `folder:f#viewer@user:ann doc:1#folder@folder:f doc:2#folder@folder:f doc:3#owner@user:ann
     doc:2#banned@user:ann doc:1#owner@user:bob doc:4#owner@user:ann doc:4#folder@folder:f`,
    NESTED,
  )
  t.equal(resources(docs, 'doc#view@user:ann'), '1 2 3 4')
  t.equal(resources(docs, 'doc#read@user:ann'), '1 3 4')
  t.equal(resources(docs, 'doc#own@user:ann'), '3 4')
})

t.test('an intersection that the subject cannot satisfy has nobody', async t => {
  const schema = `
    definition user {}
    definition bot {}
    definition doc {
      relation reader: user | bot
      relation human: user
      permission read = reader & human
    }`
  const docs = world('doc:1#reader@bot:b doc:1#reader@user:ann doc:1#human@user:ann', schema)
  t.equal(resources(docs, 'doc#read@user:ann'), '1')
  t.equal(resources(docs, 'doc#read@bot:b'), '')
})

t.test('`.all` requires every subject that the resource names', async t => {
  const schema = `
    definition user {}
    definition team { relation member: user; }
    definition doc { relation team: team; permission view = team.all(member); }`
  const docs = world(
    `team:a#member@user:ann team:b#member@user:ann team:b#member@user:bob
     doc:1#team@team:a doc:1#team@team:b doc:2#team@team:b doc:3#team@team:c`,
    schema,
  )
  t.equal(resources(docs, 'doc#view@user:ann'), '1 2')
  t.equal(resources(docs, 'doc#view@user:bob'), '2')
})

t.test('pages of any size make up the whole', async t => {
  const many = Array.from({ length: 30 }, (_, i) => `doc:${i}#owner@user:ann`).join(' ')
  const docs = world(`${many} doc:7#banned@user:ann`, NESTED)
  const whole = resources(docs, 'doc#read@user:ann').split(' ')
  t.equal(whole.length, 29)
  for (const size of [1, 2, 28, 29, 30]) {
    const pages: string[] = []
    for (let page = ['']; page.length > 0; ) {
      const after = pages.at(-1) ?? null
      page = resources(docs, 'doc#read@user:ann', { after, limit: size })
        .split(' ')
        .filter(id => id !== '')
      t.ok(page.length <= size)
      pages.push(...page)
    }
    t.strictSame(pages, whole, `pages of ${size}`)
  }
  t.equal(resources(docs, 'doc#owner@user:ann', { after: '28zzz' }), '29 3 4 5 6 7 8 9')
})

t.test('only those candidates are checked that are given', async t => {
  const many = Array.from({ length: 50 }, (_, i) => `doc:${10 + i}#owner@user:ann`).join(' ')
  const { schema, relationships } = world(many, NESTED)
  const snapshot = new TestSnapshot(relationships)
  const { counted, count } = counting(snapshot, 'edge')
  const question = toQuestion('doc#read@user:ann')
  t.equal(found(counted, { schema, question }, 3).length, 3)
  t.ok(count() > 0 && count() < 20, `${count()} rows looked at`)
})

t.test('a long lookup pauses for others', async t => {
  const { schema, relationships } = world(
    Array.from({ length: 3000 }, (_, i) => `doc:${i}#owner@user:ann`).join(' '),
    NESTED,
  )
  const snapshot = new TestSnapshot(relationships)
  const turn = { stride: 256, isOver: () => true }
  const question = { ...toQuestion('doc#view@user:ann'), turn }
  const all = lookupResources(snapshot, schema, question)
  const pauses = [...all].filter(each => each === null).length
  t.ok(pauses > 2, `${pauses} pauses`)
})

t.test('unknown names are refused, as in a check', async t => {
  const empty = world('', NESTED)
  const refused = (text: string) => {
    try {
      return resources(empty, text)
    } catch (error) {
      return (error as { readonly code: string }).code
    }
  }
  t.equal(refused('nope#view@user:ann'), 'unknown-definition')
  t.equal(refused('doc#nope@user:ann'), 'unknown-relation')
  t.equal(refused('doc#view@nope:ann'), 'unknown-definition')
  t.equal(refused('doc#view@group:g#nope'), 'unknown-relation')
})

t.test('depth limits the checks of a lookup, not the lookup (Permify #1929)', async t => {
  const deep = Array.from({ length: 700 }, (_, i) => `group:${i}#member@group:${i + 1}#member`)
  const docs = world(
    `${deep.join(' ')} group:700#member@user:ann doc:1#owner@group:0#member`,
    NESTED,
  )
  t.equal(resources(docs, 'doc#view@user:ann'), '1')
  t.equal(resources(docs, 'doc#read@user:ann'), '1!depth-exceeded')
})

t.test('no shape of a permission hides a resource (SpiceDB GHSA-9m7r)', async t => {
  const shapes = `
    caveat low(p int) { p < 2 }
    definition user {}
    definition org { relation admin: user | user with low; }
    definition doc {
      relation org: org
      relation parent: doc | doc#reader
      relation reader: user | org#admin | doc#reader
      permission one = (reader & reader) + org->admin
      permission two = parent->one + (org->admin & reader)
      permission three = (one - nil) & (two + reader)
      permission four = parent->four + three
    }`
  const docs = world(
    `org:o#admin@user:ann doc:1#org@org:o doc:2#parent@doc:1 doc:3#parent@doc:1#reader
     doc:3#reader@org:o#admin doc:4#reader@doc:3#reader doc:5#parent@doc:4 doc:6#parent@doc:5
     org:p#admin@user:ann[low] doc:7#org@org:p doc:7#reader@user:ann`,
    shapes,
  )
  t.equal(resources(docs, 'doc#one@user:ann'), '1 3 4 7')
  t.equal(resources(docs, 'doc#two@user:ann'), '2 3 5 7?p')
  t.equal(resources(docs, 'doc#three@user:ann'), '3 4 7')
  t.equal(resources(docs, 'doc#four@user:ann'), '3 4 5 6 7')
})

t.test('a cycle in the data is solved once for all candidates', async t => {
  const ring = Array.from(
    { length: 60 },
    (_, i) => `group:hub#member@group:${i}#member group:${i}#member@group:hub#member
      doc:${i}#owner@group:${i}#member`,
  )
  const schema = `
    caveat low(p int) { p < 2 }
    definition user {}
    definition group { relation member: user with low | group#member; }
    definition doc {
      relation owner: group#member
      relation banned: user
      permission read = owner - banned
    }`
  const circle = world(`${ring.join(' ')} group:hub#member@user:ann[low]`, schema)
  const snapshot = new TestSnapshot(circle.relationships)
  const { counted, count } = counting(snapshot, 'subjectOf')
  const question = toQuestion('doc#read@user:ann')
  const all = found(counted, { schema: circle.schema, question })
  t.equal(all.length, 60)
  t.ok(all.every(each => granted(each).missing.join() === 'p'))
  t.ok(count() < 60 * 60, `${count()} relationships looked at`)
})

/** The snapshot, and how often the method of it has been called. */
function counting(snapshot: TestSnapshot, method: keyof Snapshot) {
  let calls = 0
  const counted: Snapshot = new Proxy(snapshot, {
    get(target, name) {
      if (name === method) calls++
      const member = Reflect.get(target, name, target) as unknown
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
  return { counted, count: () => calls }
}
