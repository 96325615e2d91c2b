// Why a check came out as it did: the sub-questions that were asked on the way, each with its verdict,
// as a tree. The verdicts are those of an ordinary check; the tree is made beside it by asking once
// more, one step at a time, what each sub-question asks for. So explaining changes no answer, and
// what a verdict made superfluous is not in the tree, as it was not looked at.
//
// A sub-question is followed once: where it comes up again (or within itself, where the data runs in
// a circle), and where the tree has grown too large, only its verdict is told. Where even verdicts and
// conditions have become too many, as of a row of a million, what asked for them is not followed.

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
  /** `pending`: a caveat cannot be evaluated, or it was too much work; the whole does without. */
  readonly verdict: CheckOutcome['verdict']
  readonly missing: readonly string[]
  /** Conditions of relationships that were looked at for this sub-question. */
  readonly conditions: readonly Condition[]
  /** Sub-questions in the order in which they came up; null when they are not followed here. */
  readonly because: readonly Explanation[] | null
}

/** A relationship's caveat, evaluated. */
interface Condition {
  readonly caveat: string
  readonly expression: string
  /** The question's context, and the relationship's own over it. */
  readonly context: JsonObject
  readonly verdict: CheckOutcome['verdict']
  readonly missing: readonly string[]
}

interface ExplanationBounds {
  /** Sub-questions in the whole tree. */
  readonly nodesMax: number
  /** Sub-questions within one another. */
  readonly depthMax: number
  /** Sub-questions and conditions, with those of which only the verdict is told. */
  readonly entriesMax: number
}

/** @throws Refusal as a check does */
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
  const watched = new WatchedInquiry(snapshot, schemaIndex, question, subject, evaluation.budget)
  const object = snapshot.object(resource.type, resource.id)
  const { verdict, missing } = yield* rest(verdictOf(evaluation, object, member.id))
  const tree = new Tree(evaluation, watched, resource, bounds)
  const explanation = yield* inSlices(() => tree.follow(object, member.id))
  return { ...explanation, verdict, missing }
}

/** The same without a pause. */
export const explain = (
  snapshot: Snapshot,
  schema: Schema,
  question: Question,
  bounds: ExplanationBounds,
): Explanation => atOnce(new Rest(explainInSlices(snapshot, schema, question, bounds)))

/** Keeps what conditions it was asked for. */
class WatchedInquiry extends EvaluationContext {
  conditions: Condition[] = []
  /** Told of when one is looked at; whether it is to be kept. */
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

/** What a step had come to when its slice was over. */
interface AtStep {
  readonly conditions: Condition[]
  readonly because: Explanation[]
}

/** What a sub-question had come to: null while its verdict is being settled. */
interface AtSub {
  readonly verdict: Verdict | null
  /** Whether there was room for it; null before that was asked. */
  readonly isTold: boolean | null
}

const UNSETTLED: AtSub = { verdict: null, isTold: null }

class Tree implements Verdicts {
  readonly #evaluation: EvaluationContext
  readonly #watched: WatchedInquiry
  /** The only object that the snapshot may not know. */
  readonly #resource: ObjectReference
  readonly #bounds: ExplanationBounds
  readonly #walk: Walk
  readonly #rules: Rules
  readonly #followed = new Set<number>()
  #because: Explanation[] = []
  #depth = 0
  #entries = 0
  /** Steps of which more was to be told than there is room for, by their lists. */
  readonly #overfull = new Set<Explanation[]>()
  /** A sub-question that the walk leaves open, while it is being solved. */
  #solving: Generator<null, CheckOutcome> | null = null

  constructor(
    evaluation: EvaluationContext,
    watched: WatchedInquiry,
    resource: ObjectReference,
    bounds: ExplanationBounds,
  ) {
    this.#evaluation = evaluation
    this.#watched = watched
    this.#resource = resource
    this.#bounds = bounds
    this.#walk = new Walk(evaluation)
    this.#rules = new Rules(watched, this)
    watched.onCondition = () => this.#isRoom()
  }

  /** Whether there is room for one more entry; a step that lacked it once is not followed at all. */
  #isRoom(): boolean {
    if (this.#entries < this.#bounds.entriesMax) {
      this.#entries++
      return true
    }
    this.#overfull.add(this.#because)
    return false
  }

  of(object: ObjectId, member: MemberId): Verdict {
    const { trail } = this.#evaluation.budget
    let { verdict, isTold } = trail.take<AtSub>() ?? UNSETTLED
    try {
      verdict ??= this.#settle(object, member)
      isTold ??= this.#isRoom()
      if (isTold) this.#because.push({ ...this.follow(object, member), ...toWords(verdict) })
      return verdict
    } catch (error) {
      throw trail.leave<AtSub>(error, { verdict, isTold })
    }
  }

  ofRow(row: NodeId, relation: MemberId): Verdict {
    return this.of(this.#evaluation.snapshot.objectOf(row), relation)
  }

  /** The sub-question's place in the tree; its verdict is the caller's to tell. */
  follow(object: ObjectId, member: MemberId): Explanation {
    const { snapshot, schemaIndex } = this.#evaluation
    const place = {
      object: object === NONE ? this.#resource : toReference(snapshot, object),
      member: schemaIndex.schema.members[member],
      ...toWords(PENDING),
    }
    const begun = this.#evaluation.budget.trail.take<AtStep>()
    if (begun !== undefined) return { ...place, ...this.#step(object, member, begun) }
    const key = this.#evaluation.keyOf(object, member)
    const { nodesMax, depthMax } = this.#bounds
    const isKnown = this.#followed.has(key)
    if (isKnown || this.#followed.size >= nodesMax || this.#depth >= depthMax) {
      return { ...place, conditions: [], because: null }
    }
    this.#followed.add(key)
    if (this.#evaluation.shortcut(object, member) !== PENDING) {
      return { ...place, conditions: [], because: [] }
    }
    return { ...place, ...this.#step(object, member, { conditions: [], because: [] }) }
  }

  /** What the sub-question asks for, in one step. */
  #step(object: ObjectId, member: MemberId, step: AtStep): AtStep | Unfollowed {
    const [outer, outerConditions] = [this.#because, this.#watched.conditions]
    this.#because = step.because
    this.#watched.conditions = step.conditions
    this.#depth++
    try {
      this.#rules.derive(object, member)
      return this.#overfull.delete(step.because) ? this.#emptied(step) : step
    } catch (error) {
      // Looking at everything twice, as this does, may be too much where once was not.
      if (error instanceof Refusal) return { ...step, because: null }
      throw this.#evaluation.budget.trail.leave(error, step)
    } finally {
      this.#depth--
      this.#because = outer
      this.#watched.conditions = outerConditions
    }
  }

  /** What it holds makes room for what others tell. */
  #emptied({ conditions, because }: AtStep): Unfollowed {
    this.#entries -= conditions.length + because.length
    return { conditions: [], because: null }
  }

  #settle(object: ObjectId, member: MemberId): Verdict {
    if (this.#solving === null) {
      const verdict = this.#walk.of(object, member)
      if (verdict !== PENDING) return verdict
    }
    try {
      this.#solving ??= rest(verdictOf(this.#evaluation, object, member))
      const verdict = toVerdict(stepOf(this.#solving))
      this.#solving = null
      return verdict
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      this.#solving = null
      return PENDING
    }
  }
}

interface Unfollowed extends Pick<AtStep, 'conditions'> {
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
