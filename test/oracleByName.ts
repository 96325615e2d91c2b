// The definition of having a permission by name, that is, not only through a wildcard. A subject
// has a union by name if it has an operand by name. It has an intersection (and an arrow to all) by
// name if it has the whole, and an operand by name. It has an exclusion by name if it has the base
// by name and does not have the subtracted part. "Has" without "by name" is what a check says
// (oracle.ts), where wildcards count.

import type { Expression, Schema } from '../src/language/index.js'
import { printObject, printSubject, type Relationship } from '../src/terms/index.js'
import {
  and,
  answersOf,
  expressed,
  type Fact,
  factText,
  leastModel,
  type Model,
  NO,
  nameMissing,
  not,
  type OracleAnswer,
  type OracleQuestion,
  or,
  rankOf,
  read,
  toFacts,
  toGrants,
  type Value,
  valuesBeyond,
  YES,
  yesIf,
} from './oracle.js'

export function oracleByName(
  schema: Schema,
  relationships: readonly Relationship[],
  question: OracleQuestion,
): OracleAnswer {
  const { resource, permission, subject } = question
  const asked = printSubject(subject)
  const facts = toFacts(schema, relationships, question)
  const grants = toGrants(schema, relationships, question)
  const checked = answersOf(schema, relationships, question)
  const rules = { schema, grants, asked }
  const checkedValue = (fact: string) => (facts.has(fact) ? toValue(checked(fact)) : undefined)

  function meaning({ object, member }: Fact, model: Model): Value {
    if (factText(object, member.name) === asked) return YES
    if (member.kind === 'permission') return named(member.expression, object, model)
    const granted = grants.get(factText(object, member.name)) ?? []
    return or(
      ...granted.map(({ subject: each, condition }) => {
        const text = printSubject(each)
        return and(condition, each.relation === '' ? yesIf(text === asked) : model.get(text)!)
      }),
    )
  }

  function named(expression: Expression, object: string, model: Model): Value {
    const part = (each: Expression): Value => named(each, object, model)
    switch (expression.kind) {
      case 'nil':
        return NO
      case 'self':
        return yesIf(object === asked)
      case 'member':
        return model.get(factText(object, schema.members[expression.member].name))!
      case 'arrow': {
        const some = or(...valuesBeyond(rules, expression, object, text => model.get(text)))
        return expression.all ? and(some, had(expression, object)) : some
      }
      case 'union':
        return or(...expression.operands.map(part))
      case 'intersection':
        return and(or(...expression.operands.map(part)), had(expression, object))
      case 'exclusion':
        return and(part(expression.base), not(had(expression.excluded, object)))
    }
  }

  /** Whether the subject has it, by name or through a wildcard. */
  const had = (expression: Expression, object: string): Value =>
    expressed(rules, expression, object, checkedValue, checkedValue)

  const [lower, upper] = [NO, YES].map(failed =>
    leastModel(facts, (fact, model) => read(meaning(fact, model), failed)),
  )
  nameMissing(facts, [lower, upper], (fact, [own]) =>
    read(meaning(fact, own), own === lower ? NO : YES),
  )
  const text = factText(printObject(resource), permission)
  const { truth, names } = lower.get(text)!
  if (truth !== upper.get(text)!.truth) {
    return { verdict: 'refused', missing: [], diagnostic: null }
  }
  // A cycle may leave the subtracted part undefined. Nobody has by name what a check denies.
  const whole = checked(text)
  if (whole.verdict !== 'refused' && rankOf(whole.verdict) < rankOf(truth)) return whole
  return { verdict: truth as OracleAnswer['verdict'], missing: [...names].sort(), diagnostic: null }
}

const toValue = ({ verdict, missing }: OracleAnswer): Value => ({
  truth: verdict === 'refused' ? 'failed' : verdict,
  names: new Set(missing),
})
