// The check: may the subject do this to the resource? The question's terms become numbers here. The
// walk answers nearly every question, and what it leaves open goes to the fixpoint. A check is a
// pure function of the snapshot, the schema and the question: no promise, no logger, and no clock
// but the question's turn.

import { type MemberId, requireDefinition, requireMember, type Schema } from '../language/index.js'
import type { CheckItem } from '../terms/index.js'
import { Equations } from './equations.js'
import {
  type Circumstances,
  EvaluationContext,
  STRANGER,
  type Subject,
} from './evaluationContext.js'
import { Fixpoint, rank, type VerdictBounds } from './fixpoint.js'
import { NO_MEMBER, schemaIndexOf } from './schemaIndex.js'
import { afterPause, atOnce, Rest, rest, SLICE_OVER, type Sliced } from './sliced.js'
import { NONE, type ObjectId, type Snapshot } from './snapshot.js'
import { conditional, isConditional, NO, PENDING, type Verdict, YES } from './verdict.js'
import { Walk } from './walk.js'

export interface Question extends CheckItem, Circumstances {}

export interface CheckOutcome {
  /** `pending` means that rows are not loaded; the snapshot has recorded which. */
  readonly verdict: 'no' | 'yes' | 'conditional' | 'pending'
  /**
   * The caveat parameters that a conditional verdict needs and nobody has supplied: sorted, at
   * least one.
   */
  readonly missing: readonly string[]
  /**
   * A cycle in the data that leads through an exclusion; what depends on its own absence is not
   * granted.
   */
  readonly diagnostic: 'cycle-through-exclusion' | null
  /** Units of work spent (budget.ts). */
  readonly work: number
}

/**
 * Checks a permission in time slices.
 * @throws Refusal `unknown-definition`, `unknown-relation` for names that the schema lacks
 * @throws Refusal `depth-exceeded`, `work-exceeded` for a question that leads too far
 * @throws Refusal `caveat-parameter-type`, `caveat-evaluation` if the verdict depends on a caveat
 * that cannot be evaluated
 */
export function checkInSlices(
  snapshot: Snapshot,
  schema: Schema,
  question: Question,
): Sliced<CheckOutcome> {
  const { resource, permission } = question
  const member = requireMember(schema, resource.type, permission).id
  const object = snapshot.object(resource.type, resource.id)
  const schemaIndex = schemaIndexOf(schema, snapshot.kinds)
  const evaluation = new EvaluationContext(
    snapshot,
    schemaIndex,
    question,
    toSubject(snapshot, schema, question),
  )
  return verdictOf(evaluation, object, member)
}

/** Checks a permission without a pause. */
export const check = (snapshot: Snapshot, schema: Schema, question: Question): CheckOutcome =>
  atOnce(checkInSlices(snapshot, schema, question))

/**
 * Checks whether the context's subject has the member of the object.
 * @param learner another walk for the same subject, which learns what had to be solved
 */
export function verdictOf(
  evaluation: EvaluationContext,
  object: ObjectId,
  member: MemberId,
  learner: Walk | null = null,
): Sliced<CheckOutcome> {
  const walk = new Walk(evaluation)
  const found = walkFrom(walk, object, member)
  if (!(found instanceof Rest) && (found !== PENDING || evaluation.hasUnloaded)) {
    return toOutcome(evaluation, found)
  }
  return new Rest(solvedOutcome(evaluation, { walk, found, object, member, learner }))
}

/** Does what `firstSlice` does, with one closure less, because every check runs it. */
function walkFrom(walk: Walk, object: ObjectId, member: MemberId): Sliced<Verdict> {
  try {
    return walk.of(object, member)
  } catch (error) {
    if (error !== SLICE_OVER) throw error
    return new Rest(afterPause(() => walk.of(object, member)))
  }
}

interface Walked {
  readonly walk: Walk
  readonly found: Sliced<Verdict>
  readonly object: ObjectId
  readonly member: MemberId
  readonly learner: Walk | null
}

function* solvedOutcome(
  evaluation: EvaluationContext,
  { walk, found, object, member, learner }: Walked,
): Generator<null, CheckOutcome> {
  const verdict = yield* rest(found)
  if (verdict !== PENDING || evaluation.hasUnloaded) return toOutcome(evaluation, verdict)
  const equations = new Equations(evaluation, walk)
  yield* equations.find(object, member)
  const fixpoint = new Fixpoint(evaluation, equations)
  const outcome = toSolution(evaluation, yield* fixpoint.bounds())
  if (learner !== null && !evaluation.hasUnloaded) {
    for (const each of fixpoint.settled()) {
      if (each === null) yield null
      else learner.learn(each.object, each.member, each.verdict)
    }
  }
  return outcome
}

/**
 * The outcome that the bounds give.
 * @throws Refusal for a caveat that decides the verdict and cannot be evaluated
 */
function toSolution(evaluation: EvaluationContext, { lower, upper }: VerdictBounds): CheckOutcome {
  if (rank(lower) === rank(upper)) return toOutcome(evaluation, lower)
  if (evaluation.hasUnloaded) return toOutcome(evaluation, PENDING)
  if (evaluation.fault !== null) throw evaluation.fault
  return { ...toOutcome(evaluation, lower), diagnostic: 'cycle-through-exclusion' }
}

export function toOutcome({ budget }: EvaluationContext, verdict: Verdict): CheckOutcome {
  const missing = isConditional(verdict) ? verdict.missing : []
  return { verdict: toWord(verdict), missing, diagnostic: null, work: budget.work }
}

function toWord(verdict: Verdict): CheckOutcome['verdict'] {
  switch (verdict) {
    case NO:
      return 'no'
    case YES:
      return 'yes'
    case PENDING:
      return 'pending'
    default:
      return 'conditional'
  }
}

export function toVerdict({ verdict, missing }: CheckOutcome): Verdict {
  switch (verdict) {
    case 'no':
      return NO
    case 'yes':
      return YES
    case 'pending':
      return PENDING
    case 'conditional':
      return conditional(missing)
  }
}

/**
 * The member that a subject set refers to, or NO_MEMBER for a plain object.
 * @throws Refusal `unknown-definition`, `unknown-relation`
 */
export function toSubjectMember(schema: Schema, type: string, relation: string): MemberId {
  if (relation !== '') return requireMember(schema, type, relation).id
  requireDefinition(schema, type)
  return NO_MEMBER
}

type Parties = Pick<Question, 'resource' | 'subject'>

/** Resolves the subject's names. @throws Refusal `unknown-definition`, `unknown-relation` */
export function toSubject(snapshot: Snapshot, schema: Schema, parties: Parties): Subject {
  const { type, relation } = parties.subject
  const member = toSubjectMember(schema, type, relation)
  return { type, relation, member, object: toSubjectObject(snapshot, parties) }
}

/**
 * The subject's object. A subject that the snapshot does not know may still be the resource, which
 * is then equally unknown.
 */
function toSubjectObject(snapshot: Snapshot, { resource, subject }: Parties): ObjectId {
  const object = snapshot.object(subject.type, subject.id)
  if (object !== NONE) return object
  return subject.type === resource.type && subject.id === resource.id ? NONE : STRANGER
}
