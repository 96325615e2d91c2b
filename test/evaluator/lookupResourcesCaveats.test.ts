import t from 'tap'
import { world } from '../world.js'
import { resources } from './resources.js'

const CAVEATED = `
  use expiration
  caveat low(p int) { p < 2 }
  caveat early(hour int) { hour < 9 }
  caveat each(ids list<string>) { ids.all(id, id.startsWith("a")) }
  definition user {}
  definition group { relation member: user | user with low; }
  definition folder {
    relation parent: folder | folder with low
    relation viewer: user | user:* with low | group#member | group#member with early
    permission view = viewer + parent->view
  }
  definition doc {
    relation folder: folder | folder with early
    relation viewer: user | user with low | user with early | user with expiration | group#member
    relation banned: user | user with early
    permission view = viewer + folder->view
    permission read = view - banned
    permission own = viewer & folder->view
  }`

t.test('what depends on context is conditional, with all names that are missing', async t => {
  const docs = world(
    `doc:1#viewer@user:ann[low] doc:2#viewer@user:ann doc:3#folder@folder:f[early]
     folder:f#viewer@group:g#member[early] group:g#member@user:ann[low]
     doc:4#viewer@group:g#member`,
    CAVEATED,
  )
  t.equal(resources(docs, 'doc#view@user:ann'), '1?p 2 3?hour,p 4?p')
  t.equal(resources(docs, 'doc#view@user:ann', { context: { p: 1 } }), '1 2 3?hour 4')
  t.equal(resources(docs, 'doc#view@user:ann', { context: { p: 5 } }), '2')
  t.equal(resources(docs, 'doc#view@user:ann', { context: { hour: 10 } }), '1?p 2 4?p')
})

t.test('what is certain another way is certain, whichever way is found first', async t => {
  const docs = world(
    `doc:1#viewer@user:ann[low] folder:f#viewer@user:ann doc:1#folder@folder:f
     doc:2#folder@folder:g folder:g#viewer@user:ann doc:2#viewer@group:h#member
     group:h#member@user:ann[low]`,
    CAVEATED,
  )
  t.equal(resources(docs, 'doc#view@user:ann'), '1 2')
  t.equal(resources(docs, 'doc#own@user:ann'), '1?p 2?p')
})

t.test('stored context wins over the context of the question', async t => {
  const docs = world('doc:1#viewer@user:ann[low:{"p":1}] doc:2#viewer@user:ann[low]', CAVEATED)
  t.equal(resources(docs, 'doc#view@user:ann', { context: { p: 9 } }), '1')
  t.equal(resources(docs, 'doc#view@user:ann'), '1 2?p')
})

t.test('a caveated wildcard, and a caveated ban', async t => {
  const docs = world(
    `folder:f#viewer@user:*[low] doc:1#folder@folder:f doc:2#viewer@user:ann
     doc:2#banned@user:ann[early] doc:3#viewer@user:ann doc:3#banned@user:ann`,
    CAVEATED,
  )
  t.equal(resources(docs, 'doc#read@user:ann'), '1?p 2?hour')
  t.equal(resources(docs, 'doc#read@user:ann', { context: { hour: 8 } }), '1?p')
  t.equal(resources(docs, 'doc#read@user:ann', { context: { hour: 9, p: 1 } }), '1 2')
})

t.test('what has expired by now leads nowhere', async t => {
  const docs = world(
    `doc:1#viewer@user:ann[expiration:2020-01-01T00:00:00Z]
     doc:2#viewer@user:ann[expiration:2030-01-01T00:00:00Z]`,
    CAVEATED,
  )
  t.equal(resources(docs, 'doc#view@user:ann'), '2')
  t.equal(resources(docs, 'doc#view@user:ann', { now: Date.parse('2019-01-01') }), '1 2')
  t.equal(resources(docs, 'doc#view@user:ann', { now: Date.parse('2031-01-01') }), '')
})

t.test('what the schema does not admit leads nowhere', async t => {
  const docs = world(
    `doc:1#viewer@user:* doc:2#viewer@group:g doc:3#folder@doc:1 doc:4#viewer@user:ann[each]
     doc:5#view@user:ann doc:6#gone@user:ann doc:7#viewer@user:ann`,
    CAVEATED,
  )
  t.equal(resources(docs, 'doc#view@user:ann'), '7')
})

t.test('a caveat that cannot be evaluated refuses one row, and only if it decides', async t => {
  const docs = world(
    `doc:1#viewer@user:ann[low] doc:1#folder@folder:f folder:f#viewer@user:ann
     doc:2#viewer@user:bob[low] doc:3#viewer@user:bob`,
    CAVEATED,
  )
  const context = { p: 'much' }
  t.equal(resources(docs, 'doc#view@user:ann', { context }), '1')
  t.equal(resources(docs, 'doc#view@user:bob', { context }), '2!caveat-parameter-type 3')
})

t.test('the bound on work is one on each candidate, not on the lookup', async t => {
  const many = Array.from(
    { length: 40 },
    (_, i) => `doc:${i}#viewer@user:ann[low] doc:${i}#viewer@user:bob`,
  )
  const docs = world(many.join(' '), CAVEATED)
  const found = resources(docs, 'doc#read@user:ann', { workMax: 20, context: { p: 1 } })
  t.equal(found.split(' ').length, 40)
  t.throws(() => resources(docs, 'doc#read@user:ann', { workMax: 1 }), { code: 'work-exceeded' })
})
