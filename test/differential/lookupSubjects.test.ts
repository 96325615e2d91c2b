// The rows of a subject lookup against the definition, for every subject of the world and for an
// unknown one, refusals included. Without the wildcard, they are compared with what the definition
// says by name. Rows are in order, each id once, and continuing after any row gives the rest.

import t from 'tap'
import {
  type Found,
  isRefused,
  type Snapshot,
  type SubjectRow,
  type SubjectsQuestion,
} from '../../src/evaluator/index.js'
import {
  type CheckItem,
  compareTexts,
  type JsonObject,
  limits,
  type Relationship,
} from '../../src/terms/index.js'
import { rowsOf } from '../evaluator/subjects.js'
import { mayBe, type OracleAnswer, oracle } from '../oracle.js'
import { oracleByName } from '../oracleByName.js'
import { snapshotOf } from '../replica/supplier.js'
import { TestSnapshot } from '../snapshot.js'
import { type Case, hasFailing, NOW } from './cases.js'
import { overCases } from './suite.js'

/** The number of cases. Each costs a check of every subject, and a lookup after each row. */
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
          const named = look({ wildcard: false })
          requireNamed(world, item, named)
          for (const [wildcard, all] of [
            [true, rows],
            [false, named],
          ] as const) {
            for (const [position, { id: after }] of all.entries()) {
              const rest = all.slice(position + 1)
              requireSame(look({ after, wildcard }), rest, { item, after, wildcard })
            }
          }
        }
      })
    },
  )
}

function requireAll(world: Case, item: CheckItem, rows: readonly SubjectRow[]): void {
  const everybody = askedOf(world, item, STRANGER)
  for (const id of idsOf(world, item)) {
    const defined = askedOf(world, item, id)
    const said = saidOf(rows, id)
    // A subject excluded conditionally from a conditional wildcard has the names that matter beside
    // the wildcard's.
    const isBeside = said.excluded && everybody.verdict === 'conditional'
    const names = (missing: readonly string[]) =>
      isBeside ? [...new Set([...missing, ...everybody.missing])].sort() : missing
    const answer = { ...said, missing: names(said.missing), diagnostic: null }
    const expected = { ...defined, missing: names(defined.missing) }
    if (!mayBe({ ...answer, diagnostic: expected.diagnostic }, expected)) {
      requireSame(answer, expected, { item, id, rows })
    }
    // The wildcard's own refusal is that of all whom nothing names; where a circle leaves it open
    // too, a check may tell of either.
    const isOwn = everybody.verdict !== 'refused' && defined.diagnostic === null
    if (defined.verdict === 'refused' && isOwn) {
      requireSame(
        rows.some(row => row.id === id && isRefused(row)),
        true,
        { item, id },
      )
    }
    requireExclusion(world, item, rows, id)
  }
}

/** The subjects that the wildcard must exclude: some context makes it grant, but not to them. */
function requireExclusion(world: Case, item: CheckItem, rows: readonly SubjectRow[], id: string) {
  const wildcard = rows.find(row => row.id === '*')
  if (wildcard === undefined || isRefused(wildcard) || id === STRANGER) return
  if (wildcard.excluded.some(each => each.id === id)) return
  for (const context of contextsOf(item)) {
    const [everybody, one] = [STRANGER, id].map(each => askedOf(world, { ...item, context }, each))
    const isLess = everybody.verdict === 'yes' && one.verdict === 'no' && one.diagnostic === null
    if (isLess) throw new Error(`${JSON.stringify({ item, id, rows, context })}: not excluded`)
  }
}

/** The contexts that extend the given one by every choice of the missing parameters. */
const contextsOf = ({ context }: CheckItem): readonly JsonObject[] =>
  [1, 2].flatMap(p => [1, 2].flatMap(q => [1, 2].map(r => ({ p, q, r, ...context }))))

/** Without the wildcard, there is a row for each subject that has the permission by name. */
function requireNamed(world: Case, item: CheckItem, rows: readonly SubjectRow[]): void {
  for (const { id } of rows) requireSame(idsOf(world, item).has(id), true, { item, id })
  for (const id of idsOf(world, item)) {
    const asked = { ...item, subject: { ...item.subject, id }, now: NOW }
    const defined = oracleByName(world.schema, world.relationships, asked)
    const row = rows.find(each => each.id === id)
    const found = row === undefined ? no : said(row)
    const checked = oracle(world.schema, world.relationships, asked)
    // If a cycle is undefined and a caveat fails, either may be reported, as in a check.
    if (checked.diagnostic !== null && hasFailing(world)) continue
    // A failing part makes the definition refuse what a check may still settle, and then report.
    const isSettled = defined.verdict === 'refused' && checked.verdict === found.verdict
    const { verdict, missing } = isSettled ? checked : defined
    requireSame(found, { verdict, missing }, { item, id, rows, wildcard: false })
  }
}

function askedOf({ schema, relationships }: Case, item: CheckItem, id: string): OracleAnswer {
  const asked = { ...item, subject: { ...item.subject, id }, now: NOW }
  return oracle(schema, relationships, asked)
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

interface Said extends Pick<OracleAnswer, 'verdict' | 'missing'> {
  /** Whether the subject has no row of its own, and gets its answer from the wildcard. */
  readonly excluded?: boolean
}

/** The answer for an id: from its own row, or else from the wildcard's. */
function saidOf(rows: readonly SubjectRow[], id: string): Said {
  const row = rows.find(each => each.id === id)
  if (row !== undefined) return said(row)
  const everybody = rows.find(each => each.id === '*')
  if (everybody === undefined) return no
  const excluded = everybody.excluded.find(each => each.id === id)
  if (excluded === undefined) return said(everybody)
  const exclusion = said(excluded)
  return exclusion.verdict === 'yes' ? no : { ...exclusion, excluded: true }
}

const no: Said = { verdict: 'no', missing: [] }

function said(found: Found): Said {
  if (isRefused(found)) return { verdict: 'refused', missing: [] }
  const { missing } = found
  return { verdict: missing.length === 0 ? 'yes' : 'conditional', missing }
}

function requireSame(found: unknown, expected: unknown, where: object): void {
  if (JSON.stringify(found) === JSON.stringify(expected)) return
  throw new Error(
    `${JSON.stringify(where)}: ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`,
  )
}
