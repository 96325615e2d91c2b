// What the rows of a lookup of subjects say of everybody in the world, and of a stranger, is what the
// definition says of them; rows are in order, each id once; and pages say the same as the whole.

import t from 'tap'
import {
  lookupSubjects,
  type SubjectRow,
  type SubjectsQuestion,
} from '../../src/evaluator/index.js'
import { type CheckItem, compareTexts, limits } from '../../src/terms/index.js'
import { oracle } from '../oracle.js'
import { TestSnapshot } from '../snapshot.js'
import { type Case, NOW } from './cases.js'
import { overCases } from './suite.js'

const RUNS = 300
const STRANGER = 'nobody-has-heard-of'

t.test('a lookup of subjects says of everybody what the definition says', async t => {
  overCases(t, RUNS, world => {
    for (const item of world.items) {
      const rows = rowsOf(world, toQuestion(item))
      for (const id of idsOf(world, item)) {
        const asked = { ...item, subject: { ...item.subject, id }, now: NOW }
        const { verdict, missing } = oracle(world.schema, world.relationships, asked)
        requireSame(saidOf(rows, id), { verdict, missing }, { item, id, rows })
      }
    }
  })
})

t.test('rows come in order, each id once, and in pages as in one', async t => {
  overCases(t, RUNS, world => {
    for (const item of world.items) {
      const question = toQuestion(item)
      const rows = rowsOf(world, question)
      const ids = rows.map(({ id }) => id)
      const named = new Set(ids.filter(id => id !== '*'))
      const inOrder = [...named].sort(compareTexts)
      requireSame(ids, ids[0] === '*' ? ['*', ...inOrder] : inOrder, { item })
      ids.forEach((after, position) => {
        requireSame(rowsOf(world, { ...question, after }), rows.slice(position + 1), {
          item,
          after,
        })
      })
      const concrete = rows.filter(({ id }) => id !== '*')
      requireSame(rowsOf(world, { ...question, wildcard: false }), concrete, { item })
    }
  })
})

function toQuestion({ resource, permission, subject, context }: CheckItem): SubjectsQuestion {
  const { depthMax, workMax } = limits
  return {
    resource,
    permission,
    subjectType: subject.type,
    subjectRelation: subject.relation,
    context,
    now: NOW,
    depthMax,
    workMax,
    wildcard: true,
    after: null,
  }
}

const rowsOf = ({ schema, relationships }: Case, question: SubjectsQuestion): SubjectRow[] =>
  [...lookupSubjects(new TestSnapshot(relationships), schema, question)].filter(row => row !== null)

function idsOf({ relationships }: Case, { resource, subject }: CheckItem): ReadonlySet<string> {
  const stored = relationships.flatMap(each => [each.resource, each.subject])
  const known = [resource, subject, ...stored].filter(({ type }) => type === subject.type)
  return new Set([...known.map(({ id }) => id).filter(id => id !== '*'), STRANGER])
}

/** A row says all about its id; the wildcard's about those that have none. */
function saidOf(rows: readonly SubjectRow[], id: string) {
  const row = rows.find(each => each.id === id)
  if (row !== undefined) return said(row.missing)
  const everybody = rows.find(each => each.id === '*')
  if (everybody === undefined) return { verdict: 'no', missing: [] }
  const excluded = everybody.excluded.find(each => each.id === id)
  if (excluded === undefined) return said(everybody.missing)
  return excluded.missing.length === 0 ? { verdict: 'no', missing: [] } : said(excluded.missing)
}

const said = (missing: readonly string[]) => ({
  verdict: missing.length === 0 ? 'yes' : 'conditional',
  missing,
})

function requireSame(found: unknown, expected: unknown, where: object): void {
  if (JSON.stringify(found) === JSON.stringify(expected)) return
  throw new Error(
    `${JSON.stringify(where)}: ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`,
  )
}
