// The definition of an expanded permission: its expression with every name replaced by its own
// expression, down to the relationships that count. It works on sets of texts and is independent of
// the evaluator.

import type { Expression, Schema } from '../src/language/index.js'
import {
  compareTexts,
  printObject,
  printSubject,
  type Relationship,
  type SubjectReference,
} from '../src/terms/index.js'
import { admits } from './oracle.js'

/** The expansion, such as `doc:d#view or(doc:d#owner[user:ann], …)`, or null for cyclic data. */
export function oracleExpand(
  schema: Schema,
  relationships: readonly Relationship[],
  asked: { readonly object: string; readonly member: string; readonly now: number },
): string | null {
  const counting = relationships.filter(
    each => admits(schema, each) && (each.expiresAt === null || each.expiresAt > asked.now),
  )

  function named(object: string, relation: string): readonly SubjectReference[] {
    const subjects = counting
      .filter(each => printObject(each.resource) === object && each.relation === relation)
      .map(({ subject }) => subject)
    return subjects.toSorted(
      (a, b) =>
        compareTexts(a.type, b.type) ||
        compareTexts(a.id, b.id) ||
        compareTexts(a.relation, b.relation),
    )
  }

  function tree(object: string, name: string, above: readonly string[]): string {
    const place = `${object}#${name}`
    if (above.includes(place)) throw new Circle()
    const member = schema.member(object.slice(0, object.indexOf(':')), name)!
    if (member.kind === 'relation') {
      return `${place}[${named(object, name).map(printSubject).join(' ')}]`
    }
    const { expression } = member
    const inner = expressed(object, name, expression, [...above, place])
    const isOperator = 'operands' in expression || expression.kind === 'exclusion'
    return isOperator ? inner : `${place} or(${inner})`
  }

  function expressed(
    object: string,
    name: string,
    expression: Expression,
    above: readonly string[],
  ): string {
    const place = `${object}#${name}`
    const parts = (list: readonly Expression[]): string =>
      list.map(each => expressed(object, name, each, above)).join(', ')
    switch (expression.kind) {
      case 'nil':
        return `${place}[]`
      case 'self':
        return `${place}[${object}]`
      case 'member':
        return tree(object, schema.members[expression.member].name, above)
      case 'arrow': {
        const trees = named(object, schema.members[expression.relation].name)
          .filter(({ type }) => schema.member(type, expression.target) !== undefined)
          .map(subject => tree(printObject(subject), expression.target, above))
        return `${place} ${expression.all ? 'and' : 'or'}(${trees.join(', ')})`
      }
      case 'union':
        return `${place} or(${parts(expression.operands)})`
      case 'intersection':
        return `${place} and(${parts(expression.operands)})`
      case 'exclusion':
        return `${place} but-not(${parts([expression.base, expression.excluded])})`
    }
  }

  try {
    return tree(asked.object, asked.member, [])
  } catch (error) {
    if (error instanceof Circle) return null
    throw error
  }
}

class Circle extends Error {}
