// The explanation of a check: the tree of the sub-questions that it asked, each with its verdict.
// The verdicts are those of an ordinary check. The tree is built separately by asking, one step at
// a time, what each sub-question depends on. Explaining therefore changes no answer, and the tree
// lacks what the check skipped because the verdict was already decided.
//
// A sub-question is followed once. Where it comes up again (or within itself, if the data has a
// cycle), and where the tree has reached its size limit, only its verdict is shown. Where even
// verdicts and conditions would be too many, as for a row of a million relationships, the
// sub-question that asks for them is not followed.

import { type Member, type MemberId, requireMember, type Schema } from '../language/index.js'
import { type JsonObject, type ObjectReference, Refusal } from '../terms/index.js'
import { type CheckOutcome, type Question, toSubject, toVerdict, verdictOf } from './check.js'
import { EvaluationContext } from './evaluationContext.js'
import { Rules, type Verdicts } from './rules.js'
import { schemaIndexOf } from './schemaIndex.js'
import { atOnce, inSlices, Rest, rest, stepOf } from './sliced.js'
import { type EdgeId, NONE, type NodeId, type ObjectId, type Snapshot } from './snapshot.js'
import { isConditional, NO, PENDING, type Verdict, YES } from './verdict.js'
import { Walk } from './walk.js'

export interface Explanation {
  readonly object: ObjectReference
  readonly member: Member
  /**
   * `pending` means that a caveat cannot be evaluated or that it was too much work; the overall
   * verdict does not depend on it.
   */
  readonly verdict: CheckOutcome['verdict']
  readonly missing: readonly string[]
  /** The conditions of the relationships read for this sub-question. */
  readonly conditions: readonly Condition[]
  /**
   * The sub-questions in the order in which they were asked; null when they are not followed here.
   */
  readonly because: readonly Explanation[] | null
}

/** The evaluated caveat of a relationship. */
interface Condition {
  readonly caveat: string
  readonly expression: string
  /** The question's context, overridden by the relationship's own. */
  readonly context: JsonObject
  readonly verdict: CheckOutcome['verdict']
  readonly missing: readonly string[]
}

interface ExplanationBounds {
  /** The greatest number of sub-questions followed in the tree. */
  readonly nodesMax: number
  /** The greatest depth of the tree. */
  readonly depthMax: number
  /**
   * The greatest number of sub-questions and conditions, including those of which only the verdict
   * is shown.
   */
  readonly entriesMax: number
}

/** Explains a check in time slices. @throws Refusal as a check does */
export function* explainInSlices(
  snapshot: Snapshot,
  schema: Schema,
  question: Question,
  bounds: ExplanationBounds,
): Generator<null, Explanation> {
  const { resource, permission } = question
  const member = requireMember(schema, resource.type, permission)
  const subject = toSubject(snapshot, schema, question)
  const schemaIndex = schemaIndexOf(schema, snapshot.kinds)
  const evaluation = new EvaluationContext(snapshot, schemaIndex, question, subject)
  const recording = new RecordingContext(
    snapshot,
    schemaIndex,
    question,
    subject,
    evaluation.budget,
  )
  const object = snapshot.object(resource.type, resource.id)
  const { verdict, missing } = yield* rest(verdictOf(evaluation, object, member.id))
  const tree = new Tree(evaluation, recording, resource, bounds)
  const explanation = yield* inSlices(() => tree.follow(object, member.id))
  return { ...explanation, verdict, missing }
}

/** Explains a check without a pause. */
export const explain = (
  snapshot: Snapshot,
  schema: Schema,
  question: Question,
  bounds: ExplanationBounds,
): Explanation => atOnce(new Rest(explainInSlices(snapshot, schema, question, bounds)))

/** A context that records the conditions it evaluates. */
class RecordingContext extends EvaluationContext {
  conditions: Condition[] = []
  /** Called for each condition evaluated; returns whether it is recorded. */
  onCondition: () => boolean = () => true

  override condition(edge: EdgeId): Verdict {
    const verdict = super.condition(edge)
    const use = this.snapshot.caveatOf(edge)
    if (use === null || !this.onCondition()) return verdict
    const { name, context } = use
    this.conditions.push({
      caveat: name,
      expression: this.schemaIndex.schema.caveat(name)?.expression ?? '',
      context: { ...this.circumstances.context, ...context },
      ...toWords(verdict),
    })
    return verdict
  }
}

/** The state of a step when its slice ended. */
interface StepState {
  readonly conditions: Condition[]
  readonly because: Explanation[]
}

/** The state of a sub-question when the slice ended. */
interface SubQuestionState {
  readonly verdict: Verdict | null
  /** Whether the tree has room for it; null if that has not been decided yet. */
  readonly isShown: boolean | null
}

const UNSETTLED: SubQuestionState = { verdict: null, isShown: null }

class Tree implements Verdicts {
  readonly #evaluation: EvaluationContext
  readonly #recording: RecordingContext
  /** The question's resource, the only object that the snapshot may not know. */
  readonly #resource: ObjectReference
  readonly #bounds: ExplanationBounds
  readonly #walk: Walk
  readonly #rules: Rules
  readonly #followed = new Set<number>()
  #because: Explanation[] = []
  #depth = 0
  #entries = 0
  /** The steps, identified by their lists, that found no room for all their entries. */
  readonly #truncated = new Set<Explanation[]>()
  /** The check that is solving a sub-question which the walk left open. */
  #pausedCheck: Generator<null, CheckOutcome> | null = null

  constructor(
    evaluation: EvaluationContext,
    recording: RecordingContext,
    resource: ObjectReference,
    bounds: ExplanationBounds,
  ) {
    this.#evaluation = evaluation
    this.#recording = recording
    this.#resource = resource
    this.#bounds = bounds
    this.#walk = new Walk(evaluation)
    this.#rules = new Rules(recording, this)
    recording.onCondition = () => this.#isRoom()
  }

  /** Takes the room for one more entry. A step that once found no room is not followed at all. */
  #isRoom(): boolean {
    if (this.#entries < this.#bounds.entriesMax) {
      this.#entries++
      return true
    }
    this.#truncated.add(this.#because)
    return false
  }

  of(object: ObjectId, member: MemberId): Verdict {
    const { trail } = this.#evaluation.budget
    let { verdict, isShown } = trail.resume<SubQuestionState>() ?? UNSETTLED
    try {
      verdict ??= this.#settle(object, member)
      isShown ??= this.#isRoom()
      if (isShown) this.#because.push({ ...this.follow(object, member), ...toWords(verdict) })
      return verdict
    } catch (error) {
      throw trail.save<SubQuestionState>(error, { verdict, isShown })
    }
  }

  ofRow(row: NodeId, relation: MemberId): Verdict {
    return this.of(this.#evaluation.snapshot.objectOf(row), relation)
  }

  /** The sub-question's node in the tree. The caller fills in its verdict. */
  follow(object: ObjectId, member: MemberId): Explanation {
    const { snapshot, schemaIndex } = this.#evaluation
    const node = {
      object: object === NONE ? this.#resource : toReference(snapshot, object),
      member: schemaIndex.schema.members[member],
      ...toWords(PENDING),
    }
    const saved = this.#evaluation.budget.trail.resume<StepState>()
    if (saved !== undefined) return { ...node, ...this.#step(object, member, saved) }
    const key = this.#evaluation.keyOf(object, member)
    const { nodesMax, depthMax } = this.#bounds
    const isKnown = this.#followed.has(key)
    if (isKnown || this.#followed.size >= nodesMax || this.#depth >= depthMax) {
      return { ...node, conditions: [], because: null }
    }
    this.#followed.add(key)
    if (this.#evaluation.shortcut(object, member) !== PENDING) {
      return { ...node, conditions: [], because: [] }
    }
    return { ...node, ...this.#step(object, member, { conditions: [], because: [] }) }
  }

  /** The sub-questions and conditions that this one depends on, in one step. */
  #step(object: ObjectId, member: MemberId, step: StepState): StepState | Unfollowed {
    const [outer, outerConditions] = [this.#because, this.#recording.conditions]
    this.#because = step.because
    this.#recording.conditions = step.conditions
    this.#depth++
    try {
      this.#rules.derive(object, member)
      return this.#truncated.delete(step.because) ? this.#dropped(step) : step
    } catch (error) {
      // Explaining reads everything twice, which may exceed a limit that the check itself did not.
      if (error instanceof Refusal) return { ...step, because: null }
      throw this.#evaluation.budget.trail.save(error, step)
    } finally {
      this.#depth--
      this.#because = outer
      this.#recording.conditions = outerConditions
    }
  }

  /** Drops the entries of a step, which makes room for others. */
  #dropped({ conditions, because }: StepState): Unfollowed {
    this.#entries -= conditions.length + because.length
    return { conditions: [], because: null }
  }

  #settle(object: ObjectId, member: MemberId): Verdict {
    if (this.#pausedCheck === null) {
      const verdict = this.#walk.of(object, member)
      if (verdict !== PENDING) return verdict
    }
    try {
      this.#pausedCheck ??= rest(verdictOf(this.#evaluation, object, member))
      const verdict = toVerdict(stepOf(this.#pausedCheck))
      this.#pausedCheck = null
      return verdict
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      this.#pausedCheck = null
      return PENDING
    }
  }
}

interface Unfollowed extends Pick<StepState, 'conditions'> {
  readonly because: null
}

const toReference = (snapshot: Snapshot, object: ObjectId): ObjectReference => ({
  type: snapshot.typeOf(object),
  id: snapshot.idOf(object),
})

const WORDS = { [NO]: 'no', [YES]: 'yes', [PENDING]: 'pending' } as const

const toWords = (verdict: Verdict): Pick<CheckOutcome, 'verdict' | 'missing'> =>
  isConditional(verdict)
    ? { verdict: 'conditional', missing: verdict.missing }
    : { verdict: WORDS[verdict], missing: [] }
