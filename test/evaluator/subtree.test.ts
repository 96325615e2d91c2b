import t from 'tap'
import { world } from '../world.js'
import { resources } from './resources.js'

const TREE = `
  caveat low(p int) { p < 2 }
  caveat early(hour int) { hour < 9 }
  definition user {}
  definition org {}
  definition folder {
    relation org: org
    relation parent: folder | folder with low | folder with early
    relation viewer: user
    permission view = viewer + parent->view
    permission above = parent
  }
  definition doc {
    relation folder: folder | folder#viewer | folder with early
    relation org: org
    relation viewer: user | user with low
    permission view = viewer + folder->view
  }`

const PLAIN = `
  folder:b#parent@folder:a folder:c#parent@folder:b folder:z#parent@folder:y
  doc:1#folder@folder:a doc:2#folder@folder:c doc:3#folder@folder:z doc:4#folder@folder:b#viewer
  doc:1#viewer@user:ann doc:2#viewer@user:ann doc:3#viewer@user:ann doc:4#viewer@user:ann
  doc:5#viewer@user:ann folder:a#org@org:o doc:3#org@org:o
  folder:a#viewer@user:ann`

t.test('only objects under the root are found, through the named relations', async t => {
  const tree = world(PLAIN, TREE)
  const within = (...path: [string, ...string[]]) =>
    resources(tree, 'doc#view@user:ann', { within: path })
  t.equal(resources(tree, 'doc#view@user:ann'), '1 2 3 4 5')
  t.equal(within('folder:a', 'folder', 'parent'), '1 2 4')
  t.equal(within('folder:b', 'folder', 'parent'), '2 4', 'also by a set of the folder')
  t.equal(within('folder:a', 'folder'), '1', 'in one step')
  t.equal(within('folder:a', 'parent'), '')
  t.equal(within('org:o', 'org'), '3')
  t.equal(within('org:o', 'org', 'folder', 'parent'), '1 2 3 4')
  t.equal(within('folder:nowhere', 'folder', 'parent'), '')
})

t.test('an object is under itself only in a cycle', async t => {
  const within = ['folder:a', 'parent'] as const
  const tree = world(PLAIN, TREE)
  t.equal(resources(tree, 'folder#view@user:ann', { within }), 'b c')
  const circle = world(`${PLAIN} folder:a#parent@folder:c`, TREE)
  t.equal(resources(circle, 'folder#view@user:ann', { within }), 'a b c')
})

t.test('a condition on the way makes the answer conditional', async t => {
  const tree = world(
    `folder:b#parent@folder:a[low] doc:1#folder@folder:b doc:2#folder@folder:b[early]
     doc:3#folder@folder:b doc:1#viewer@user:ann doc:2#viewer@user:ann doc:3#viewer@user:ann[low]
     doc:4#viewer@user:ann doc:4#folder@folder:a folder:b#parent@folder:c folder:c#parent@folder:b`,
    TREE,
  )
  const within = ['folder:a', 'folder', 'parent'] as const
  t.equal(resources(tree, 'doc#viewer@user:ann', { within }), '1?p 2?hour,p 3?p 4')
  t.equal(resources(tree, 'doc#viewer@user:ann', { within, context: { p: 1 } }), '1 2?hour 3 4')
  t.equal(resources(tree, 'doc#viewer@user:ann', { within, context: { p: 2 } }), '4')
})

t.test('an unconditional path overrides a conditional one', async t => {
  const tree = world(
    `folder:b#parent@folder:a[low] folder:b#parent@folder:x folder:x#parent@folder:a
     doc:1#folder@folder:b doc:1#viewer@user:ann`,
    TREE,
  )
  const within = ['folder:a', 'folder', 'parent'] as const
  t.equal(resources(tree, 'doc#view@user:ann', { within }), '1')
})

t.test('a caveat that cannot be evaluated refuses if it decides what lies there', async t => {
  const tree = world(
    `folder:b#parent@folder:a[low] doc:1#folder@folder:b doc:1#viewer@user:ann
     doc:2#folder@folder:a doc:2#viewer@user:bob`,
    TREE,
  )
  const looking = { within: ['folder:a', 'folder', 'parent'], context: { p: 'much' } } as const
  t.equal(resources(tree, 'doc#view@user:bob', looking), '2')
  t.equal(resources(tree, 'doc#view@user:ann', looking), '1!caveat-parameter-type')
})

t.test('names that the schema lacks are refused', async t => {
  const tree = world(PLAIN, TREE)
  const within =
    (...path: [string, ...string[]]) =>
    () =>
      resources(tree, 'doc#view@user:ann', { within: path })
  t.throws(within('nope:a', 'folder'), { code: 'unknown-definition' })
  t.throws(within('folder:a', 'folder', 'nope'), {
    code: 'unknown-relation',
    metadata: { relation_or_permission_name: 'nope' },
  })
  t.throws(within('folder:a', 'above'), { code: 'unknown-relation' }, 'a permission is none')
})
