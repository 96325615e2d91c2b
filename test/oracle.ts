// The definition of a check: slow, obvious, and independent of the evaluator. Everything is a set
// of texts. A fact, such as `group:eng#member`, says whether the subject belongs to a userset. Its
// value follows from stored relationships and from other facts by the rules of `meaning`. Facts
// that depend on one another in a cycle get the least fixed point. If the cycle runs through an
// exclusion, they get the well-founded model: `lower` has the facts that must be true, `upper`
// those that may be. The verdict is the lower one. Where the two differ the question is undefined,
// which is reported.
//
// A caveat that cannot be evaluated may be true or false: such a fact is no in the lower model and
// yes in the upper one. Where that makes a difference, the answer is refused.

import type { CaveatOutcome } from '../src/language/caveat/caveat.js'
import type { Expression, Member, Schema } from '../src/language/index.js'
import {
  type CheckItem,
  isLive,
  isWildcard,
  orRefusal,
  printObject,
  printSubject,
  Refusal,
  type Relationship,
  type SubjectReference,
} from '../src/terms/index.js'

export interface OracleAnswer {
  readonly verdict: 'no' | 'conditional' | 'yes' | 'refused'
  /** The missing parameters, sorted; empty unless the answer is conditional. */
  readonly missing: readonly string[]
  /** Whether a refused question is undefined too. A check may then report either. */
  readonly diagnostic: 'cycle-through-exclusion' | null
}

/**
 * A truth value of Kleene's logic, with the names of the undecided parts that a conditional needs.
 */
export interface Value {
  readonly truth: 'no' | 'conditional' | 'yes' | 'failed'
  readonly names: ReadonlySet<string>
}

export interface Fact {
  /** `group:eng` */
  readonly object: string
  readonly member: Member
}

/** The values by the text of the fact. */
export type Model = Map<string, Value>

/** The subject of a stored relationship that counts, and the condition on which it does. */
export interface Grant {
  readonly subject: SubjectReference
  readonly condition: Value
}

export const NO: Value = { truth: 'no', names: new Set() }
export const YES: Value = { truth: 'yes', names: new Set() }
const FAILED: Value = { truth: 'failed', names: new Set() }
export const yesIf = (holds: boolean): Value => (holds ? YES : NO)

export const or = (...values: readonly Value[]): Value =>
  values.find(({ truth }) => truth === 'yes') ?? undecided(values) ?? NO
export const and = (...values: readonly Value[]): Value =>
  values.find(({ truth }) => truth === 'no') ?? undecided(values) ?? YES
export const not = (value: Value): Value =>
  value.truth === 'conditional' || value.truth === 'failed' ? value : yesIf(value.truth === 'no')

function undecided(values: readonly Value[]): Value | undefined {
  if (values.some(({ truth }) => truth === 'failed')) return FAILED
  const open = values.filter(({ truth }) => truth === 'conditional')
  if (open.length === 0) return undefined
  return { truth: 'conditional', names: new Set(open.flatMap(({ names }) => [...names])) }
}

/** What the value of an expression depends on, beside the values of facts. */
export interface ExpressionRules {
  readonly schema: Schema
  readonly grants: ReadonlyMap<string, readonly Grant[]>
  /** The subject of the question as a text. */
  readonly asked: string
}

/** The value of a fact; undefined for a text that is none. */
export type ValueOfFact = (fact: string) => Value | undefined

/**
 * The value of an expression on an object.
 * @param excluding the values of facts under an odd number of exclusions
 */
export function expressed(
  rules: ExpressionRules,
  expression: Expression,
  object: string,
  granting: ValueOfFact,
  excluding: ValueOfFact,
): Value {
  const part = (each: Expression): Value => expressed(rules, each, object, granting, excluding)
  switch (expression.kind) {
    case 'nil':
      return NO
    case 'self':
      return yesIf(object === rules.asked)
    case 'member':
      return granting(factText(object, rules.schema.members[expression.member].name))!
    case 'arrow': {
      const found = valuesBeyond(rules, expression, object, granting)
      return expression.all && found.length > 0 ? and(...found) : or(...found)
    }
    case 'union':
      return or(...expression.operands.map(part))
    case 'intersection':
      return and(...expression.operands.map(part))
    case 'exclusion': {
      const excluded = expressed(rules, expression.excluded, object, excluding, granting)
      return and(part(expression.base), not(excluded))
    }
  }
}

/** The values at the far ends of an arrow, one for each relationship that it follows. */
export function valuesBeyond(
  { schema, grants }: ExpressionRules,
  { relation, target }: Expression & { readonly kind: 'arrow' },
  object: string,
  granting: ValueOfFact,
): readonly Value[] {
  const followed = grants.get(factText(object, schema.members[relation].name)) ?? []
  return followed.map(({ subject, condition }) =>
    and(condition, granting(factText(printObject(subject), target)) ?? NO),
  )
}

export const factText = (object: string, member: string): string => `${object}#${member}`

export interface OracleQuestion extends CheckItem {
  readonly now: number
  /**
   * Whether `group:*` stands for the sets of groups too, as in SpiceDB. By definition it does not.
   */
  readonly wildcardsHoldSets?: boolean
}

export function oracle(
  schema: Schema,
  relationships: readonly Relationship[],
  question: OracleQuestion,
): OracleAnswer {
  const { resource, permission } = question
  return answersOf(schema, relationships, question)(factText(printObject(resource), permission))
}

/** The answers of checks of every fact for the subject of the question. */
export function answersOf(
  schema: Schema,
  relationships: readonly Relationship[],
  question: OracleQuestion,
): (fact: string) => OracleAnswer {
  const { subject } = question
  const asked = printSubject(subject)
  const facts = toFacts(schema, relationships, question)
  const grants = toGrants(schema, relationships, question)
  const rules = { schema, grants, asked }

  function meaning({ object, member }: Fact, granting: Model, excluding: Model): Value {
    if (factText(object, member.name) === asked) return YES
    if (member.kind === 'permission') {
      const valueIn = (model: Model) => (fact: string) => model.get(fact)
      return expressed(rules, member.expression, object, valueIn(granting), valueIn(excluding))
    }
    const named = grants.get(factText(object, member.name)) ?? []
    return or(...named.map(grant => and(grant.condition, belongs(grant.subject, granting))))
  }

  function belongs(named: SubjectReference, granting: Model): Value {
    if (named.relation !== '') return granting.get(printSubject(named))!
    if (named.type !== subject.type) return NO
    if (named.id === '*' && question.wildcardsHoldSets) return YES
    return yesIf(subject.relation === '' && (named.id === subject.id || named.id === '*'))
  }

  /** The lower and the upper model, with the values that a failing caveat has in them. */
  function models(below: Value, above: Value): readonly [lower: Model, upper: Model] {
    const least = (excluding: Model, failed: Value): Model =>
      leastModel(facts, (fact, model) => read(meaning(fact, model, excluding), failed))
    let lower: Model = new Map([...facts.keys()].map(text => [text, NO]))
    let upper = least(lower, above)
    untilStill(() => {
      lower = least(upper, below)
      upper = least(lower, above)
      return truthsOf(lower)
    })
    nameMissing(facts, [lower, upper], (fact, [own, other]) =>
      read(meaning(fact, own, other), own === lower ? below : above),
    )
    return [lower, upper]
  }

  const [lower, upper] = models(NO, YES)
  const fails = [...grants.values()].flat().some(({ condition }) => condition.truth === 'failed')
  // The models with all failing caveats false, and with all of them true.
  const extremes = fails ? [models(NO, NO), models(YES, YES)] : [[lower, upper]]
  return text => {
    const { truth, names } = lower.get(text)!
    const missing = [...names].sort()
    if (truth === upper.get(text)!.truth) {
      return { verdict: truth as OracleAnswer['verdict'], missing, diagnostic: null }
    }
    const circles = extremes.some(([a, b]) => a.get(text)!.truth !== b.get(text)!.truth)
    const diagnostic = circles ? 'cycle-through-exclusion' : null
    return fails
      ? { verdict: 'refused', missing: [], diagnostic }
      : { verdict: truth as OracleAnswer['verdict'], missing, diagnostic }
  }
}

/** Whether a check may give the answer. */
export const mayBe = (found: Omit<OracleAnswer, 'work'>, defined: OracleAnswer): boolean =>
  found.verdict === defined.verdict
    ? found.missing.join() === defined.missing.join() &&
      (found.verdict === 'refused' || found.diagnostic === defined.diagnostic)
    : defined.verdict === 'refused' &&
      defined.diagnostic !== null &&
      found.diagnostic === defined.diagnostic

/** The value, or `failed` in the place of one that failed. */
export const read = (value: Value, failed: Value): Value =>
  value.truth === 'failed' ? failed : value

type Facts = ReadonlyMap<string, Fact>

/**
 * Raises facts until each has the value that follows from the others. What a fact has become it
 * stays: one that fails is read as less or more than conditional, and could go up and down in a
 * circle.
 */
export function leastModel(facts: Facts, meaning: (fact: Fact, model: Model) => Value): Model {
  const model: Model = new Map([...facts.keys()].map(text => [text, NO]))
  untilStill(() => {
    for (const [text, fact] of facts) {
      const value = meaning(fact, model)
      if (rankOf(value.truth) > rankOf(model.get(text)!.truth)) model.set(text, value)
    }
    return truthsOf(model)
  })
  return model
}

/** Collects the names on which each conditional value depends, once the truth values are final. */
export function nameMissing(
  facts: Facts,
  [lower, upper]: readonly [Model, Model],
  meaning: (fact: Fact, models: readonly [own: Model, other: Model]) => Value,
): void {
  for (const model of [lower, upper]) {
    for (const [text, { truth }] of model) model.set(text, { truth, names: new Set() })
  }
  untilStill(() => {
    for (const [text, fact] of facts) {
      lower.set(text, named(lower.get(text)!, meaning(fact, [lower, upper])))
      upper.set(text, named(upper.get(text)!, meaning(fact, [upper, lower])))
    }
    return [lower, upper].map(namesOf).join()
  })
}

/** The value with the names of a meaning that is as true. */
const named = (value: Value, meant: Value): Value =>
  value.truth === 'conditional' && meant.truth === 'conditional' ? meant : value

export const rankOf = (truth: Value['truth']): number => ['no', 'conditional', 'yes'].indexOf(truth)

const truthsOf = (model: Model): string => [...model.values()].map(({ truth }) => truth).join()
const namesOf = (model: Model): string => [...model.values()].map(({ names }) => names.size).join()

function untilStill(step: () => string): void {
  for (let before = '', after = step(); before !== after; ) {
    before = after
    after = step()
  }
}

/** The facts for every member of every object that the question or a relationship names. */
export function toFacts(
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

/** The relationships that count, by the fact that they are about. */
export function toGrants(
  schema: Schema,
  relationships: readonly Relationship[],
  { context, now }: CheckItem & { readonly now: number },
): ReadonlyMap<string, readonly Grant[]> {
  const grants = new Map<string, Grant[]>()
  for (const relationship of relationships) {
    const { resource, relation, subject, caveat } = relationship
    if (!isLive(relationship, now) || !admits(schema, relationship)) continue
    const outcome = orRefusal(
      () => caveat && schema.caveat(caveat.name)!.evaluate({ ...context, ...caveat.context }),
    )
    const condition = outcome instanceof Refusal ? FAILED : toCondition(outcome)
    const text = factText(printObject(resource), relation)
    grants.set(text, [...(grants.get(text) ?? []), { subject, condition }])
  }
  return grants
}

const toCondition = (outcome: CaveatOutcome | null): Value =>
  outcome?.kind === 'undecided'
    ? { truth: 'conditional', names: new Set(outcome.missing) }
    : yesIf(outcome?.kind !== 'no')

/** Whether the schema admits the relationship with its caveat and expiration. */
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
