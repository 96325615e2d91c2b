// Expand trees of permissions. Those of the first schema are the answers of a real SpiceDB.

import fc from 'fast-check'
import t from 'tap'
import { expand } from '../../src/evaluator/expand.js'
import { check, type ExpansionTree } from '../../src/evaluator/index.js'
import {
  limits,
  printObject,
  printSubject,
  Refusal,
  type SubjectReference,
} from '../../src/terms/index.js'
import { calmCases, cases, NOW } from '../differential/cases.js'
import { oracleExpand } from '../oracleExpand.js'
import { TestSnapshot } from '../snapshot.js'
import { toItem, type World, world } from '../world.js'

const SIGNS = { union: 'or', intersection: 'and', exclusion: 'but-not' } as const

/** `doc:d#view or(doc:d#owner[user:ann], …)` */
export function printTree(tree: ExpansionTree): string {
  const place = `${printObject(tree.object)}#${tree.member}`
  return tree.kind === 'leaf'
    ? `${place}[${tree.subjects.map(printSubject).join(' ')}]`
    : `${place} ${SIGNS[tree.kind]}(${tree.children.map(printTree).join(', ')})`
}

function treeOf({ schema, relationships }: World, asked: string, now = NOW): ExpansionTree | null {
  const { resource, permission } = toItem(`${asked}@user:nobody`)
  return expand(new TestSnapshot(relationships), schema, {
    resource,
    permission,
    context: {},
    now,
    depthMax: limits.depthMax,
    workMax: limits.expansionMax,
  })
}

const print = (of: World, asked: string): string => printTree(treeOf(of, asked)!)

const DOCUMENTS = world(
  `doc:d#folder@folder:f doc:d#folder@folder:g doc:d#owner@user:zed doc:d#owner@user:ann
   doc:d#banned@user:bad folder:f#parent@folder:p folder:p#viewer@group:x#member
   folder:f#viewer@user:* group:x#member@user:mem folder:c#parent@folder:c`,
  `use self
   definition user {}
   definition group { relation member: user | group#member; }
   definition folder {
     relation parent: folder
     relation viewer: user | group#member | user:*
     permission view = viewer + parent->view
   }
   definition doc {
     relation folder: folder
     relation owner: user
     relation banned: user
     permission pon = owner
     permission pni = nil
     permission pse = self
     permission arr = folder->view
     permission all = folder.all(view)
     permission mix = (owner + folder->viewer) & (folder.all(viewer) - banned)
     permission deep = pon + pse
   }`,
)

const F_VIEW =
  'folder:f#view or(folder:f#viewer[user:*], folder:f#view or(folder:p#view or(folder:p#viewer[group:x#member], folder:p#view or())))'
const G_VIEW = 'folder:g#view or(folder:g#viewer[], folder:g#view or())'

t.test('a relation is a sorted leaf, and its subject sets are not expanded', async t => {
  t.equal(print(DOCUMENTS, 'doc:d#owner'), 'doc:d#owner[user:ann user:zed]')
  t.equal(print(DOCUMENTS, 'folder:p#viewer'), 'folder:p#viewer[group:x#member]')
  t.equal(print(DOCUMENTS, 'doc:unheard_of#owner'), 'doc:unheard_of#owner[]')
})

t.test('a permission with one operand is a union of one child', async t => {
  t.equal(print(DOCUMENTS, 'doc:d#pon'), 'doc:d#pon or(doc:d#owner[user:ann user:zed])')
  t.equal(print(DOCUMENTS, 'doc:d#pni'), 'doc:d#pni or(doc:d#pni[])')
  t.equal(print(DOCUMENTS, 'doc:d#pse'), 'doc:d#pse or(doc:d#pse[doc:d])')
  t.equal(
    print(DOCUMENTS, 'doc:d#deep'),
    'doc:d#deep or(doc:d#pon or(doc:d#owner[user:ann user:zed]), doc:d#pse or(doc:d#pse[doc:d]))',
  )
})

t.test('arrows are expanded, as unions or as intersections', async t => {
  t.equal(print(DOCUMENTS, 'doc:d#arr'), `doc:d#arr or(doc:d#arr or(${F_VIEW}, ${G_VIEW}))`)
  t.equal(print(DOCUMENTS, 'doc:d#all'), `doc:d#all or(doc:d#all and(${F_VIEW}, ${G_VIEW}))`)
  t.equal(print(DOCUMENTS, 'doc:none#all'), 'doc:none#all or(doc:none#all and())')
})

t.test('operators within operators belong to the permission that they are in', async t => {
  const folders = 'folder:f#viewer[user:*], folder:g#viewer[]'
  t.equal(
    print(DOCUMENTS, 'doc:d#mix'),
    `doc:d#mix and(doc:d#mix or(doc:d#owner[user:ann user:zed], doc:d#mix or(${folders})), ` +
      `doc:d#mix but-not(doc:d#mix and(${folders}), doc:d#banned[user:bad]))`,
  )
})

t.test('relationships that have expired or are not admitted are left out', async t => {
  const schema = `use expiration
    definition user {}
    definition doc { relation viewer: user with expiration; }`
  const old = `doc:d#viewer@user:old[expiration:2020-01-01T00:00:00Z]`
  const stray = 'doc:d#viewer@user:stray doc:d#viewer@doc:e'
  const live = `doc:d#viewer@user:live[expiration:2040-01-01T00:00:00Z]`
  t.equal(
    print(world(`${old} ${stray} ${live}`, schema), 'doc:d#viewer'),
    'doc:d#viewer[user:live]',
  )
})

t.test('data with a cycle is refused, and so is a tree that is too large', async t => {
  t.throws(() => treeOf(DOCUMENTS, 'folder:c#view'), { code: 'depth-exceeded' })
  t.throws(() => treeOf(DOCUMENTS, 'doc:d#nope'), { code: 'unknown-relation' })
  t.throws(() => treeOf(DOCUMENTS, 'nope:d#nope'), { code: 'unknown-definition' })
  const { schema, relationships } = DOCUMENTS
  const question = { resource: { type: 'doc', id: 'd' }, permission: 'arr', context: {}, now: NOW }
  const snapshot = new TestSnapshot(relationships)
  t.throws(() => expand(snapshot, schema, { ...question, depthMax: 9, workMax: 9 }), {
    code: 'work-exceeded',
  })
})

t.test('rows that are not loaded make no tree', async t => {
  const { schema, relationships } = DOCUMENTS
  const snapshot = new TestSnapshot(relationships, { partial: true })
  const { resource, permission } = toItem('doc:d#arr@user:nobody')
  const question = { resource, permission, context: {}, now: NOW, depthMax: 50, workMax: 1000 }
  let tree = expand(snapshot, schema, question)
  t.equal(tree, null)
  while (tree === null && snapshot.load() > 0) tree = expand(snapshot, schema, question)
  t.equal(tree && printTree(tree), print(DOCUMENTS, 'doc:d#arr'))
})

t.test('the tree is what the definition says, unless the data has a cycle', async t => {
  let trees = 0
  const property = fc.property(cases, calmCases, (wild, calm) => {
    for (const tried of [wild, calm]) {
      for (const { resource, permission } of tried.items) {
        const object = printObject(resource)
        const asked = { object, member: permission, now: NOW }
        const expected = oracleExpand(tried.schema, tried.relationships, asked)
        const found = printOrRefused(tried, `${object}#${permission}`)
        const fits = expected === null ? found.startsWith('refused') : found === expected
        if (!fits) throw new Error(`${object}#${permission}: ${found}, not ${expected}`)
        if (expected !== null) trees++
      }
    }
  })
  fc.assert(property, { numRuns: 200 })
  t.ok(trees > 200, `${trees} trees`)
})

function printOrRefused(of: World, asked: string): string {
  try {
    return print(of, asked)
  } catch (error) {
    if (error instanceof Refusal && /^(depth|work)-exceeded$/.test(error.code)) return 'refused'
    throw error
  }
}

t.test('the subjects in trees of unions are those for whom checks say yes', async t => {
  let compared = 0
  const property = fc.property(cases, tried => {
    const plain = { ...tried, relationships: tried.relationships.filter(each => !each.caveat) }
    const snapshot = new TestSnapshot(plain.relationships)
    for (const item of tried.items) {
      const { resource, permission, subject } = item
      const named = namesOf(plain, `${printObject(resource)}#${permission}`)
      if (named === null || subject.relation !== '') continue
      const found = named.has(printSubject(subject)) || named.has(`${subject.type}:*`)
      const { depthMax, workMax } = limits
      const { verdict } = check(snapshot, tried.schema, { ...item, now: NOW, depthMax, workMax })
      if (found !== (verdict === 'yes')) throw new Error(`${JSON.stringify(item)}: ${verdict}`)
      compared++
    }
  })
  fc.assert(property, { numRuns: 300 })
  t.ok(compared > 100, `${compared} questions`)
})

/**
 * Subjects in the tree, and in the trees of the sets that it names; null where something else than
 * unions decides, or a permission leads back to itself.
 */
function namesOf(of: World, asked: string): Set<string> | null {
  const names = new Set<string>()
  const seen = new Set<string>()
  const agenda = [asked]
  for (let next = agenda.pop(); next !== undefined; next = agenda.pop()) {
    if (seen.has(next)) continue
    seen.add(next)
    try {
      for (const subject of unionOf(treeOf(of, next)!)) {
        names.add(printSubject(subject))
        if (subject.relation !== '') agenda.push(printSubject(subject))
      }
    } catch {
      return null
    }
  }
  return names
}

function unionOf(tree: ExpansionTree): readonly SubjectReference[] {
  if (tree.kind === 'leaf') return tree.subjects
  if (tree.kind !== 'union') throw new Error('not a union')
  return tree.children.flatMap(unionOf)
}
