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
  toFacts,
  toGrants,
  type Value,
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
  const grantsOf = (object: string, relation: number) =>
    grants.get(factText(object, schema.members[relation].name)) ?? []

  function meaning({ object, member }: Fact, model: Model): Value {
    if (factText(object, member.name) === asked) return YES
    if (member.kind === 'permission') return named(member.expression, object, model)
    return or(
      ...grantsOf(object, member.id).map(({ subject: each, condition }) => {
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
        const some = or(...beyond(expression, object, text => model.get(text)))
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
  function had(expression: Expression, object: string): Value {
    const part = (each: Expression): Value => had(each, object)
    switch (expression.kind) {
      case 'nil':
        return NO
      case 'self':
        return yesIf(object === asked)
      case 'member':
        return toValue(checked(factText(object, schema.members[expression.member].name)))
      case 'arrow': {
        const found = beyond(expression, object, text =>
          facts.has(text) ? toValue(checked(text)) : undefined,
        )
        return expression.all && found.length > 0 ? and(...found) : or(...found)
      }
      case 'union':
        return or(...expression.operands.map(part))
      case 'intersection':
        return and(...expression.operands.map(part))
      case 'exclusion':
        return and(part(expression.base), not(part(expression.excluded)))
    }
  }

  const beyond = (
    { relation, target }: Expression & { readonly kind: 'arrow' },
    object: string,
    valueBeyond: (fact: string) => Value | undefined,
  ): readonly Value[] =>
    grantsOf(object, relation).map(grant =>
      and(grant.condition, valueBeyond(factText(printObject(grant.subject), target)) ?? NO),
    )

  const [lower, upper] = [NO, YES].map(failed =>
    leastModel(facts, (fact, model) => orElse(meaning(fact, model), failed)),
  )
  nameMissing(facts, [lower, upper], (fact, [own]) =>
    orElse(meaning(fact, own), own === lower ? NO : YES),
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

const orElse = (value: Value, failed: Value): Value => (value.truth === 'failed' ? failed : value)

const toValue = ({ verdict, missing }: OracleAnswer): Value => ({
  truth: verdict === 'refused' ? 'failed' : verdict,
  names: new Set(missing),
})
