// How many people a set holds now: a group of a hundred thousand is one row with a number. Where the
// set is a few rows of people, they are counted as they stand; else, where groups are in groups or
// somebody is excluded, its people are looked up.

import type { Engine, Revalidated } from '../engine/index.js'
import type { Expression, Member, Relation, Schema } from '../language/index.js'
import type { ObjectReference, SubjectReference } from '../terms/index.js'
import { printSubject, WILDCARD } from '../terms/index.js'
import type { Graph } from './graph.js'

/** Null for a wildcard, whose members nobody counts. */
export function membersOf(engine: Engine, graph: Graph, set: SubjectReference): number | null {
  if (set.id === WILDCARD) return null
  const moment = { revision: graph.view.revision, now: graph.now }
  const key = printSubject(set)
  const known = engine.counts.find(key, moment)
  return known ?? engine.counts.keep(key, moment, count(graph, set))
}

function count(graph: Graph, set: SubjectReference): Revalidated<number> {
  const object = { type: set.type, id: set.id }
  const rows = flatRows(graph, object, set.relation)
  if (rows !== null) return countRows(graph, object, rows)
  let value = 0
  for (const _ of peopleIn(graph, set)) value++
  // What it depends on is anywhere; so is what may expire.
  return { value, resources: null, until: graph.now + 1000 }
}

/** Everybody who is in the set, if only on a condition, each once. */
export function* peopleIn(
  graph: Graph,
  { type, id, relation: permission }: SubjectReference,
): Generator<SubjectReference> {
  const { schema } = graph.view
  const { id: member } = schema.member(type, permission)!
  for (const { name } of schema.definitions) {
    if (!schema.reaches(member, name, '')) continue
    for (const row of graph.subjectsHere({ type, id }, { type: name, permission, after: null })) {
      yield { type: name, id: row.id, relation: '' }
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
function countRows(
  graph: Graph,
  object: ObjectReference,
  relations: readonly Relation[],
): Revalidated<number> {
  const rows = relations
    .map(({ name }) => ({ name, ...graph.count(object, name) }))
    .sort((a, b) => b.count - a.count)
  const [largest, ...others] = rows
  let value = largest.count
  for (const [place, { name }] of others.entries()) {
    const before = rows.slice(0, place + 1)
    for (const { subject } of graph.row(object, name)) {
      const isCounted = before.some(
        row => graph.find({ resource: object, relation: row.name, subject }) !== null,
      )
      if (!isCounted && subject.id !== WILDCARD) value++
    }
  }
  return { value, resources: [object], until: Math.min(...rows.map(({ until }) => until)) }
}
