// How many people a set holds now: a group of a hundred thousand is one row with a number. Where the
// set is a few rows of people, they are counted as they stand; else, where groups are in groups or
// somebody is excluded, its people are looked up.

import type { Expression, Member, Relation, Schema } from '../../language/index.js'
import type { ObjectReference, SubjectReference } from '../../terms/index.js'
import { printSubject, WILDCARD } from '../../terms/index.js'
import type { Engine } from '../engine.js'
import type { Worked } from '../kept.js'
import type { Graph } from './graph.js'

/** Null for a wildcard, whose members nobody counts. */
export function membersOf(engine: Engine, graph: Graph, set: SubjectReference): number | null {
  if (set.id === WILDCARD) return null
  const moment = { revision: graph.view.revision, now: graph.now }
  const key = printSubject(set)
  const known = engine.counts.find(key, moment)
  return known ?? engine.counts.keep(key, moment, count(graph, set))
}

function count(graph: Graph, { type, id, relation }: SubjectReference): Worked<number> {
  const { schema } = graph.view
  const object = { type, id }
  const relations = flatten(schema, schema.member(type, relation))
  if (relations?.every(each => isFlat(graph, object, each)))
    return countRows(graph, object, relations)
  const types = schema.definitions.map(({ name }) => name)
  const people = types.flatMap(subjectType =>
    schema.reaches(schema.member(type, relation)!.id, subjectType, '')
      ? graph.subjects(object, relation, subjectType)
      : 0,
  )
  const value = people.reduce((sum, each) => sum + each, 0)
  // What it depends on is anywhere; so is what may expire.
  return { value, resources: null, until: graph.now + 1000 }
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
): Worked<number> {
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
