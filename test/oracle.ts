// What a check means, as a definition: slow, obvious, and independent of the evaluator. Everything
// is a set of texts. A fact is `group:eng#member`: does the subject belong to it? A fact's value
// follows from stored relationships and from other facts by the rules of `meaning`. Facts that lean
// on one another in a circle have the least truth that fits. If the circle runs through an exclusion
// the well-founded model is taken: `lower` has what must be true, `upper` what may be. The verdict
// is the lower one; where the two differ the question has no settled truth, which is reported.

import type { Expression, Member, Schema } from '../src/language/index.js'
import {
  type CheckItem,
  isLive,
  isWildcard,
  printObject,
  printSubject,
  type Relationship,
  type SubjectReference,
} from '../src/terms/index.js'

export interface OracleAnswer {
  readonly verdict: 'no' | 'conditional' | 'yes'
  /** Sorted; empty unless conditional. */
  readonly missing: readonly string[]
  readonly diagnostic: 'cycle-through-exclusion' | null
}

/** Truth in Kleene's logic, and the names of the undecided parts that a conditional one rests on. */
interface Value {
  readonly truth: 'no' | 'conditional' | 'yes'
  readonly names: ReadonlySet<string>
}

interface Fact {
  /** `group:eng` */
  readonly object: string
  readonly member: Member
}

/** Values by the fact's text. */
type Model = Map<string, Value>

/** The subject of a stored relationship that counts, and on what condition it does. */
interface Grant {
  readonly subject: SubjectReference
  readonly condition: Value
}

const NO: Value = { truth: 'no', names: new Set() }
const YES: Value = { truth: 'yes', names: new Set() }
const yesIf = (holds: boolean): Value => (holds ? YES : NO)

const or = (...values: readonly Value[]): Value =>
  values.find(({ truth }) => truth === 'yes') ?? undecided(values) ?? NO
const and = (...values: readonly Value[]): Value =>
  values.find(({ truth }) => truth === 'no') ?? undecided(values) ?? YES
const not = (value: Value): Value =>
  value.truth === 'conditional' ? value : yesIf(value.truth === 'no')

function undecided(values: readonly Value[]): Value | undefined {
  const open = values.filter(({ truth }) => truth === 'conditional')
  if (open.length === 0) return undefined
  return { truth: 'conditional', names: new Set(open.flatMap(({ names }) => [...names])) }
}

const factText = (object: string, member: string): string => `${object}#${member}`

export interface OracleQuestion extends CheckItem {
  readonly now: number
  /** How SpiceDB reads wildcards: `group:*` stands for the sets of groups too. Not so by definition. */
  readonly wildcardsHoldSets?: boolean
}

export function oracle(
  schema: Schema,
  relationships: readonly Relationship[],
  question: OracleQuestion,
): OracleAnswer {
  const { resource, permission, subject } = question
  const asked = printSubject(subject)
  const facts = toFacts(schema, relationships, question)
  const grants = toGrants(schema, relationships, question)

  function meaning({ object, member }: Fact, granting: Model, excluding: Model): Value {
    if (factText(object, member.name) === asked) return YES
    if (member.kind === 'permission') {
      return expressed(member.expression, object, granting, excluding)
    }
    const named = grantsOf(object, member.name)
    return or(...named.map(grant => and(grant.condition, belongs(grant.subject, granting))))
  }

  function expressed(
    expression: Expression,
    object: string,
    granting: Model,
    excluding: Model,
  ): Value {
    const part = (each: Expression): Value => expressed(each, object, granting, excluding)
    switch (expression.kind) {
      case 'nil':
        return NO
      case 'self':
        return yesIf(object === asked)
      case 'member':
        return granting.get(factText(object, schema.members[expression.member].name))!
      case 'arrow': {
        const found = grantsOf(object, schema.members[expression.relation].name).map(grant =>
          and(
            grant.condition,
            granting.get(factText(printObject(grant.subject), expression.target)) ?? NO,
          ),
        )
        return expression.all && found.length > 0 ? and(...found) : or(...found)
      }
      case 'union':
        return or(...expression.operands.map(part))
      case 'intersection':
        return and(...expression.operands.map(part))
      case 'exclusion':
        return and(
          part(expression.base),
          not(expressed(expression.excluded, object, excluding, granting)),
        )
    }
  }

  const grantsOf = (object: string, relation: string): readonly Grant[] =>
    grants.get(factText(object, relation)) ?? []

  function belongs(named: SubjectReference, granting: Model): Value {
    if (named.relation !== '') return granting.get(printSubject(named))!
    if (named.type !== subject.type) return NO
    if (named.id === '*' && question.wildcardsHoldSets) return YES
    return yesIf(subject.relation === '' && (named.id === subject.id || named.id === '*'))
  }

  /** Raises facts until each has the value that follows from the others. */
  function least(excluding: Model): Model {
    const model: Model = new Map([...facts.keys()].map(text => [text, NO]))
    untilStill(() => {
      for (const [text, fact] of facts) {
        const value = meaning(fact, model, excluding)
        if (value.truth !== model.get(text)!.truth) model.set(text, value)
      }
      return truthsOf(model)
    })
    return model
  }

  /** Truth being settled, gathers the names that each conditional value rests on, from none. */
  function nameMissing(lower: Model, upper: Model): void {
    for (const model of [lower, upper]) {
      for (const [text, { truth }] of model) model.set(text, { truth, names: new Set() })
    }
    untilStill(() => {
      for (const [text, fact] of facts) {
        lower.set(text, meaning(fact, lower, upper))
        upper.set(text, meaning(fact, upper, lower))
      }
      return [lower, upper].map(namesOf).join()
    })
  }

  let lower: Model = new Map([...facts.keys()].map(text => [text, NO]))
  let upper = least(lower)
  untilStill(() => {
    lower = least(upper)
    upper = least(lower)
    return truthsOf(lower)
  })
  nameMissing(lower, upper)
  const answer = factText(printObject(resource), permission)
  const { truth, names } = lower.get(answer)!
  const settled = truth === upper.get(answer)!.truth
  return {
    verdict: truth,
    missing: [...names].sort(),
    diagnostic: settled ? null : 'cycle-through-exclusion',
  }
}

const truthsOf = (model: Model): string => [...model.values()].map(({ truth }) => truth).join()
const namesOf = (model: Model): string => [...model.values()].map(({ names }) => names.size).join()

function untilStill(step: () => string): void {
  for (let before = '', after = step(); before !== after; ) {
    before = after
    after = step()
  }
}

/** Every member of every object that is spoken of. */
function toFacts(
  schema: Schema,
  relationships: readonly Relationship[],
  { resource, subject }: CheckItem,
): ReadonlyMap<string, Fact> {
  const stored = relationships.flatMap(each => [each.resource, each.subject])
  const facts = [resource, subject, ...stored].flatMap(({ type, id }) => {
    const members = schema.definition(type)?.members ?? []
    return members.map(member => ({ object: printObject({ type, id }), member }))
  })
  return new Map(facts.map(fact => [factText(fact.object, fact.member.name), fact]))
}

/** The relationships that count, by the fact that they speak of. */
function toGrants(
  schema: Schema,
  relationships: readonly Relationship[],
  { context, now }: CheckItem & { readonly now: number },
): ReadonlyMap<string, readonly Grant[]> {
  const grants = new Map<string, Grant[]>()
  for (const relationship of relationships) {
    const { resource, relation, subject, caveat } = relationship
    if (!isLive(relationship, now) || !admits(schema, relationship)) continue
    const outcome =
      caveat && schema.caveat(caveat.name)!.evaluate({ ...context, ...caveat.context })
    const condition: Value =
      outcome?.kind === 'undecided'
        ? { truth: 'conditional', names: new Set(outcome.missing) }
        : yesIf(outcome?.kind !== 'no')
    const text = factText(printObject(resource), relation)
    grants.set(text, [...(grants.get(text) ?? []), { subject, condition }])
  }
  return grants
}

/** Whether today's schema has a type for the relationship, with just these traits. */
export function admits(schema: Schema, relationship: Relationship): boolean {
  const { resource, relation, subject, caveat, expiresAt } = relationship
  const member = schema.member(resource.type, relation)
  if (member?.kind !== 'relation') return false
  return member.types.some(
    allowed =>
      allowed.type === subject.type &&
      allowed.relation === subject.relation &&
      allowed.wildcard === isWildcard(relationship) &&
      allowed.caveat === (caveat?.name ?? null) &&
      allowed.expiration === (expiresAt !== null),
  )
}
