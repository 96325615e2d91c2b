// Explanations: what they contain, and that asking for one changes nothing.

import fc from 'fast-check'
import t from 'tap'
import { explain } from '../../src/evaluator/explain.js'
import { check, type Explanation } from '../../src/evaluator/index.js'
import { type JsonObject, limits, printObject, Refusal } from '../../src/terms/index.js'
import { cases, NOW, printCase } from '../differential/cases.js'
import { TestSnapshot } from '../snapshot.js'
import { toItem, type World, world } from '../world.js'

const EXTENT: { nodesMax: number; depthMax: number; entriesMax: number } = {
  nodesMax: limits.explanationNodesMax,
  depthMax: limits.explanationDepthMax,
  entriesMax: limits.explanationEntriesMax,
}
const { depthMax, workMax } = limits

/** `doc:1#view yes (doc:1#viewer yes (), …)`; `…` for what is told of elsewhere. */
function print({ object, member, verdict, missing, conditions, because }: Explanation): string {
  const names = missing.length === 0 ? '' : ` ${missing.join()}`
  const found = conditions.map(each => ` if ${each.caveat} ${each.verdict}`).join('')
  const parts = because === null ? '…' : `(${because.map(print).join(', ')})`
  return `${printObject(object)}#${member.name} ${verdict}${names}${found} ${parts}`
}

function explained(of: World, asked: string, context: JsonObject = {}, extent = EXTENT): string {
  const snapshot = new TestSnapshot(of.relationships)
  const question = { ...toItem(asked, context), now: NOW, depthMax, workMax }
  return print(explain(snapshot, of.schema, question, extent))
}

const SCHEMA = `
  caveat low(level int) { level < 2 }
  definition user {}
  definition group { relation member: user | group#member; }
  definition folder {
    relation viewer: user | user with low | group#member
    permission view = viewer
  }
  definition doc {
    relation folder: folder
    relation owner: user
    relation banned: user
    permission view = (owner + folder->view) - banned
    permission both = owner & folder->view
  }`

const DOCS = world(
  `doc:1#owner@user:ann doc:1#folder@folder:f folder:f#viewer@group:a#member
   group:a#member@group:b#member group:b#member@user:bob doc:1#banned@user:bad
   folder:f#viewer@user:cat[low] folder:f#viewer@user:bad
   group:x#member@group:y#member group:y#member@group:x#member folder:c#viewer@group:x#member`,
  SCHEMA,
)

t.test('the explanation of a yes shows what granted it and stops there', async t => {
  t.equal(
    explained(DOCS, 'doc:1#view@user:ann'),
    'doc:1#view yes (doc:1#owner yes (), doc:1#banned no ())',
  )
  t.equal(
    explained(DOCS, 'doc:1#view@user:bob'),
    'doc:1#view yes (doc:1#owner no (), folder:f#view yes (folder:f#viewer yes (group:a#member yes (group:b#member yes ()))), doc:1#banned no ())',
  )
})

t.test('the explanation of a no shows everything that was tried', async t => {
  t.equal(
    explained(DOCS, 'doc:1#view@user:bad'),
    'doc:1#view no (doc:1#owner no (), folder:f#view yes (folder:f#viewer yes ()), doc:1#banned yes ())',
  )
  t.equal(explained(DOCS, 'doc:1#both@user:bob'), 'doc:1#both no (doc:1#owner no ())')
  t.equal(
    explained(DOCS, 'doc:unheard_of#both@user:bob'),
    'doc:unheard_of#both no (doc:unheard_of#owner no ())',
  )
})

t.test('conditions are shown at the sub-questions that evaluated them', async t => {
  t.equal(
    explained(DOCS, 'folder:f#view@user:cat'),
    'folder:f#view conditional level (folder:f#viewer conditional level if low conditional (group:a#member no (group:b#member no ())))',
  )
  t.equal(
    explained(DOCS, 'folder:f#view@user:cat', { level: 1 }),
    'folder:f#view yes (folder:f#viewer yes if low yes ())',
  )
})

t.test('a cycle is followed once', async t => {
  t.equal(
    explained(DOCS, 'folder:c#view@user:ann'),
    'folder:c#view no (folder:c#viewer no (group:x#member no (group:y#member no (group:x#member no …))))',
  )
})

t.test('a tree that would be too large or too deep is cut, and says so', async t => {
  const asked = 'doc:1#view@user:bob'
  t.equal(
    explained(DOCS, asked, {}, { ...EXTENT, depthMax: 1 }),
    'doc:1#view yes (doc:1#owner no …, folder:f#view yes …, doc:1#banned no …)',
  )
  t.equal(
    explained(DOCS, asked, {}, { ...EXTENT, nodesMax: 3 }),
    'doc:1#view yes (doc:1#owner no (), folder:f#view yes (folder:f#viewer yes …), doc:1#banned no …)',
  )
})

t.test('a step with too many entries is not followed, and others still are', async t => {
  const names = Array.from({ length: 6 }, (_, number) => `folder:w#viewer@group:g${number}#member`)
  const cats = Array.from({ length: 6 }, (_, number) => `doc:w#folder@folder:f${number}`)
  const wide = world(`${names.join(' ')} doc:w#folder@folder:w ${cats.join(' ')}`, SCHEMA)
  const groups = names.map((_, number) => `group:g${number}#member no ()`)
  const whole = `folder:w#view no (folder:w#viewer no (${groups.join(', ')}))`
  t.equal(explained(wide, 'folder:w#view@user:ann'), whole)
  t.equal(explained(wide, 'folder:w#view@user:ann', {}, { ...EXTENT, entriesMax: 7 }), whole)
  t.equal(
    explained(wide, 'folder:w#view@user:ann', {}, { ...EXTENT, entriesMax: 6 }),
    'folder:w#view no (folder:w#viewer no …)',
  )
})

t.test('what a check refuses is not explained', async t => {
  t.throws(() => explained(DOCS, 'doc:1#nope@user:ann'), { code: 'unknown-relation' })
  t.throws(() => explained(DOCS, 'folder:f#view@user:cat', { level: 'x' }), {
    code: 'caveat-parameter-type',
  })
})

t.test('explaining changes no answer, and every part of the tree is an answer', async t => {
  let parts = 0
  const property = fc.property(cases, tried => {
    const snapshot = new TestSnapshot(tried.relationships)
    const ask = (item: (typeof tried.items)[number]) => {
      const question = { ...item, now: NOW, depthMax, workMax }
      const { verdict, missing } = check(snapshot, tried.schema, question)
      return JSON.stringify([verdict, missing])
    }
    const visit = (item: (typeof tried.items)[number], told: Explanation): void => {
      const { verdict, missing, because } = told
      if (verdict !== 'pending' && JSON.stringify([verdict, missing]) !== ask(item)) {
        throw new Error(`${print(told)}\n${printCase({ ...tried, items: [item] })}`)
      }
      parts++
      for (const each of because ?? []) {
        visit({ ...item, resource: each.object, permission: each.member.name }, each)
      }
    }
    for (const item of tried.items) {
      const question = { ...item, now: NOW, depthMax, workMax }
      try {
        visit(item, explain(snapshot, tried.schema, question, EXTENT))
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        t.throws(() => ask(item), { code: error.code })
      }
    }
  })
  fc.assert(property, { numRuns: 300 })
  t.ok(parts > 1000, `${parts} parts`)
})
