// How many people a set holds now: a group of a hundred thousand is one row with a number. Where the
// set is a few rows of people, they are counted as they stand; else, where groups are in groups or
// somebody is excluded, its people are looked up.

import type { Engine, Revalidated } from '../engine/index.js'
import { isRefused } from '../evaluator/index.js'
import type { Expression, Member, Relation, Schema } from '../language/index.js'
import type { ObjectReference, Refusal, SubjectReference } from '../terms/index.js'
import { printSubject, WILDCARD } from '../terms/index.js'
import type { Graph } from './graph.js'

/** Null for a wildcard, whose members nobody counts. */
export function membersOf(engine: Engine, graph: Graph, set: SubjectReference): number | null {
  if (set.id === WILDCARD) return null
  const moment = { revision: graph.view.revision, now: graph.now }
  const key = printSubject(set)
  const known = engine.counts.find(key, moment)
  if (known !== null && known !== undefined) return known
  const worked = graph.resumed(`members of ${key}`, () => count(graph, set))
  return engine.counts.keep(key, moment, worked)
}

function* count(graph: Graph, set: SubjectReference): Generator<null, Revalidated<number>> {
  const object = { type: set.type, id: set.id }
  const rows = flatRows(graph, object, set.relation)
  if (rows !== null) return yield* countRows(graph, object, rows)
  let value = 0
  for (const row of rowsIn(graph, set)) {
    if (row === null) yield null
    else if (row.refusal === null) value++
  }
  // What it depends on is anywhere; so is what may expire.
  return { value, resources: null, until: graph.now + 1000 }
}

/**
 * Everybody who is in the set, if only on a condition, each once; null is a pause.
 * @throws Refusal where nobody knows whether somebody is
 */
export function* peopleIn(graph: Graph, set: SubjectReference): Generator<SubjectReference | null> {
  for (const row of rowsIn(graph, set)) {
    if (row !== null && row.refusal !== null) throw row.refusal
    yield row === null ? null : row.person
  }
}

interface Person {
  readonly person: SubjectReference
  /** Why nobody knows whether the person is in the set; null for who is, if only on a condition. */
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

/** The rows in which all who have it stand by themselves; null when there is more to it. */
export function flatRows(
  graph: Graph,
  object: ObjectReference,
  permission: string,
): readonly Relation[] | null {
  const { schema } = graph.view
  const rows = flatten(schema, schema.member(object.type, permission))
  return rows?.every(row => isFlat(graph, object, row)) ? rows : null
}

/** The relations that the member is a union of; null if it is more than that. */
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

/** Who stands in several of the rows counts once: those in the smaller are looked for in the larger. */
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
  for (const [place, { name }] of others.entries()) {
    const before = rows.slice(0, place + 1)
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
