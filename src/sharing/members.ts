// The number of people in a set, because a sheet shows a group of a hundred thousand as one row
// with a number. Where the set is a union of relations that name people directly, their
// relationships are counted. Otherwise, such as with nested groups or an exclusion, the people are
// looked up.

import type { Engine, Revalidated } from '../engine/index.js'
import { isRefused } from '../evaluator/index.js'
import type { Expression, Member, Relation, Schema } from '../language/index.js'
import type { ObjectReference, Refusal, SubjectReference } from '../terms/index.js'
import { printSubject, WILDCARD } from '../terms/index.js'
import type { Graph } from './graph.js'

/** The number of people in the set; null for a wildcard, whose members are not stored. */
export function membersOf(engine: Engine, graph: Graph, set: SubjectReference): number | null {
  if (set.id === WILDCARD) return null
  const moment = { revision: graph.view.revision, now: graph.now }
  const key = printSubject(set)
  const known = engine.counts.find(key, moment)
  if (known !== null && known !== undefined) return known
  const counted = graph.resumed(`members of ${key}`, () => count(graph, set))
  return engine.counts.keep(key, moment, counted)
}

function* count(graph: Graph, set: SubjectReference): Generator<null, Revalidated<number>> {
  const object = { type: set.type, id: set.id }
  const rows = flatRelations(graph, object, set.relation)
  if (rows !== null) return yield* countRows(graph, object, rows)
  let value = 0
  for (const row of rowsIn(graph, set)) {
    if (row === null) yield null
    else if (row.refusal === null) value++
  }
  // The count may depend on any relationship and on any expiration, so it is cached for a second.
  return { value, resources: null, until: graph.now + 1000 }
}

/**
 * The people who are in the set, also conditionally, each once. A null says that the slice is over.
 * @throws Refusal of a check whether somebody is in the set
 */
export function* peopleIn(graph: Graph, set: SubjectReference): Generator<SubjectReference | null> {
  for (const row of rowsIn(graph, set)) {
    if (row !== null && row.refusal !== null) throw row.refusal
    yield row === null ? null : row.person
  }
}

interface Person {
  readonly person: SubjectReference
  /** Why the check that the person is in the set was refused; null if the person is in it. */
  readonly refusal: Refusal | null
}

function* rowsIn(
  graph: Graph,
  { type, id, relation: permission }: SubjectReference,
): Generator<Person | null> {
  const { schema } = graph.view
  const { id: member } = schema.member(type, permission)!
  for (const { name } of schema.definitions) {
    if (!schema.reaches(member, name, '')) continue
    for (const row of graph.subjectsHere({ type, id }, { type: name, permission, after: null })) {
      if (row === null) {
        yield null
        continue
      }
      const refusal = isRefused(row) ? row.refusal : null
      yield { person: { type: name, id: row.id, relation: '' }, refusal }
    }
  }
}

/**
 * The relations that together name directly all who have the permission. Null when the permission
 * is not a union of relations, or when one of them names a set.
 */
export function flatRelations(
  graph: Graph,
  object: ObjectReference,
  permission: string,
): readonly Relation[] | null {
  const { schema } = graph.view
  const rows = flatten(schema, schema.member(object.type, permission))
  return rows?.every(row => isFlat(graph, object, row)) ? rows : null
}

/** The relations of which the member is a union; null if it is anything else. */
function flatten(schema: Schema, member: Member | undefined): readonly Relation[] | null {
  if (member === undefined) return null
  return member.kind === 'relation' ? [member] : flattenExpression(schema, member.expression)
}

function flattenExpression(schema: Schema, expression: Expression): readonly Relation[] | null {
  if (expression.kind === 'member') return flatten(schema, schema.members[expression.member])
  if (expression.kind !== 'union') return null
  const parts = expression.operands.map(operand => flattenExpression(schema, operand))
  return parts.some(part => part === null) ? null : [...new Set(parts.flatMap(part => part ?? []))]
}

const isFlat = (graph: Graph, object: ObjectReference, { name }: Relation): boolean =>
  graph.row(object, name, { setsOnly: true }).next().done === true

/**
 * Counts the people of several relations, each person once: those of the smaller relations are
 * looked up in the larger ones.
 */
function* countRows(
  graph: Graph,
  object: ObjectReference,
  relations: readonly Relation[],
): Generator<null, Revalidated<number>> {
  const rows: { readonly name: string; readonly count: number; readonly until: number }[] = []
  for (const { name } of relations) rows.push({ name, ...(yield* graph.count(object, name)) })
  rows.sort((a, b) => b.count - a.count)
  const [largest, ...others] = rows
  let value = largest.count
  for (const [index, { name }] of others.entries()) {
    const before = rows.slice(0, index + 1)
    for (const relationship of graph.rowInSlices(object, name)) {
      if (relationship === null) {
        yield null
        continue
      }
      const { subject } = relationship
      const isCounted = before.some(
        row => graph.find({ resource: object, relation: row.name, subject }) !== null,
      )
      if (!isCounted && subject.id !== WILDCARD) value++
    }
  }
  return { value, resources: [object], until: Math.min(...rows.map(({ until }) => until)) }
}
