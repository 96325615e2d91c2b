// What the rows of a lookup of subjects say of everybody in the world, and of a stranger, is what the
// definition says of them; rows are in order, each id once; and to go on after any row says the rest.

import t from 'tap'
import type { Snapshot, SubjectRow, SubjectsQuestion } from '../../src/evaluator/index.js'
import { type CheckItem, compareTexts, limits, type Relationship } from '../../src/terms/index.js'
import { rowsOf } from '../evaluator/subjects.js'
import { oracle } from '../oracle.js'
import { snapshotOf } from '../replica/supplier.js'
import { TestSnapshot } from '../snapshot.js'
import { type Case, NOW } from './cases.js'
import { overCases } from './suite.js'

/** Fewer than of checks: each is a check of everybody, and a lookup after each row. */
const RUNS = 100
const SUPPLIERS: Readonly<Record<string, (relationships: readonly Relationship[]) => Snapshot>> = {
  'a whole world': relationships => new TestSnapshot(relationships),
  'the resident graph': snapshotOf,
}
const STRANGER = 'nobody-has-heard-of'

for (const [name, supply] of Object.entries(SUPPLIERS)) {
  t.test(
    `a lookup of subjects over ${name} says of everybody what the definition says`,
    async t => {
      overCases(t, RUNS, world => {
        const snapshot = supply(world.relationships)
        for (const item of world.items) {
          const { schema } = world
          const look = (question: Partial<SubjectsQuestion> = {}) =>
            rowsOf(snapshot, { schema, question: { ...toQuestion(item), ...question } })
          const rows = look()
          requireAll(world, item, rows)
          requireOrder(item, rows)
          const withoutWildcard = rows.filter(({ id }) => id !== '*')
          requireSame(look({ wildcard: false }), withoutWildcard, { item, wildcard: false })
          for (const [position, { id: after }] of rows.entries()) {
            requireSame(look({ after }), rows.slice(position + 1), { item, after })
          }
        }
      })
    },
  )
}

function requireAll(world: Case, item: CheckItem, rows: readonly SubjectRow[]): void {
  for (const id of idsOf(world, item)) {
    const asked = { ...item, subject: { ...item.subject, id }, now: NOW }
    const { verdict, missing } = oracle(world.schema, world.relationships, asked)
    requireSame(saidOf(rows, id), { verdict, missing }, { item, id, rows })
  }
}

function requireOrder(item: CheckItem, rows: readonly SubjectRow[]): void {
  const ids = rows.map(({ id }) => id)
  const concrete = [...new Set(ids.filter(id => id !== '*'))].sort(compareTexts)
  requireSame(ids, ids[0] === '*' ? ['*', ...concrete] : concrete, { item })
  for (const { excluded } of rows) {
    const named = excluded.map(({ id }) => id)
    requireSame(named, [...new Set(named)].sort(compareTexts), { item })
  }
}

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
