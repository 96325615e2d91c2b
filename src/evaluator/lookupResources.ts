// The lookup of resources: on which resources does the subject have the permission? Reverse
// reachability from the subject finds the candidates, and a heap returns them in the order of their
// ids. Where the path to a candidate does not decide the answer, a check does. So a lookup never
// disagrees with a check, and its cost follows the candidates that it returns. These checks share
// their results.

import { type MemberId, requireMember, type Schema } from '../language/index.js'
import { assert, compareTexts, Refusal, type SubjectReference } from '../terms/index.js'
import type { WorkBudget } from './budget.js'
import { type CandidateChecks, outcomesOf } from './candidateChecks.js'
import { toSubjectMember, toVerdict } from './check.js'
import { Checks } from './checks.js'
import { type Circumstances, EvaluationContext } from './evaluationContext.js'
import { type Found, orRefusedInSlices } from './found.js'
import { inOrder } from './ordered.js'
import { ReverseReachability } from './reverseReachability.js'
import { schemaIndexOf } from './schemaIndex.js'
import { Breather, mapped, type Sliced } from './sliced.js'
import { NONE, type ObjectId, type Snapshot } from './snapshot.js'
import { Subtree, type Within } from './subtree.js'
import { intersect, isConditional, NO, PENDING, type Verdict, YES } from './verdict.js'
import { Window } from './window.js'

export interface ResourcesQuestion extends Circumstances {
  readonly resourceType: string
  readonly permission: string
  readonly subject: SubjectReference
  /** The object under which resources must be; null for all. */
  readonly within: Within | null
  /** The id after which results begin; null for all. */
  readonly after: string | null
  /** The number of candidates examined together; without it, all of them. */
  readonly window?: number
}

/** The units of work that returning a resource counts as, besides its check. */
const ITEM_WORK = 4

/**
 * Looks up resources: in the order of their ids by bytes, each once, including those whose check is
 * refused. A yielded null lets other work run and asks for rows that are not loaded to be loaded.
 * `workMax` bounds the check of each candidate, not their sum.
 * @returns the question for the rest, to be asked of an empty snapshot: what lies behind the
 * window; null if there is none
 * @throws Refusal for unknown names, also in `within`; `work-exceeded`
 */
export function* lookupResources(
  snapshot: Snapshot,
  schema: Schema,
  question: ResourcesQuestion,
): Generator<Found | null, ResourcesQuestion | null> {
  const lookup = new ResourceLookup(snapshot, schema, question)
  yield* lookup.findCandidates()
  yield* lookup.rows()
  return lookup.until === null ? null : { ...question, after: lookup.until }
}

class ResourceLookup implements CandidateChecks<Verdict | Refusal> {
  readonly #snapshot: Snapshot
  readonly #schema: Schema
  readonly #question: ResourcesQuestion
  readonly #target: MemberId
  readonly #window: Window | null
  readonly #reachability: ReverseReachability
  readonly #subtree: Subtree | null
  /** The context of the search for candidates, which has no bound on work. */
  readonly #searchContext: EvaluationContext
  readonly #checks: Checks
  readonly #breather: Breather
  /** The units of work on candidates since the last look at the clock. */
  #work = 0

  constructor(snapshot: Snapshot, schema: Schema, question: ResourcesQuestion) {
    const { resourceType, permission, within, window } = question
    this.#snapshot = snapshot
    this.#schema = schema
    this.#question = question
    this.#target = requireMember(schema, resourceType, permission).id
    this.#checks = new Checks(budget => this.#newContext(question, budget))
    this.#breather = new Breather(question.turn)
    this.#searchContext = this.#newContext({ ...question, workMax: Number.POSITIVE_INFINITY })
    this.#window = window === undefined ? null : new Window(snapshot, this.#toRange(window))
    this.#subtree = within === null ? null : new Subtree(this.#searchContext, within, this.#window)
    const isWanted = (object: ObjectId): boolean => this.#withinVerdict(object) !== NO
    this.#reachability = new ReverseReachability(this.#searchContext, this.#target, {
      isWanted,
      window: this.#window,
    })
  }

  /** The last id of the window; null if it contains all candidates. */
  get until(): string | null {
    return this.#window?.until ?? null
  }

  *findCandidates(): Generator<null, void> {
    if (this.#subtree !== null) yield* this.#subtree.search()
    yield* this.#reachability.search()
  }

  *rows(): Generator<Found | null, void> {
    for (const found of outcomesOf(this.#snapshot, this.#inOrder(), this)) {
      if (found === null) yield null
      else if (found.outcome !== NO) {
        yield toFound(this.#idOf(found.object), found.outcome)
      }
    }
  }

  /** Checks a candidate. @throws Refusal `work-exceeded` */
  settle(object: ObjectId): Sliced<Verdict | Refusal | null> {
    this.#checks.renew()
    if (this.#reachability.isCertain(object)) return this.#restricted(object, YES)
    const checked = orRefusedInSlices(() => this.#checks.of(object, this.#target))
    return mapped(checked, outcome =>
      this.#restricted(object, outcome instanceof Refusal ? outcome : toVerdict(outcome)),
    )
  }

  /**
   * Restricts an outcome to resources under the `within` object.
   * @returns null when rows are not loaded
   */
  #restricted(object: ObjectId, permitted: Verdict | Refusal): Verdict | Refusal | null {
    this.#work += this.#checks.work + ITEM_WORK
    const within = this.#withinVerdict(object)
    if (permitted instanceof Refusal) return within === NO ? NO : permitted
    const verdict = intersect(permitted, within)
    if (verdict !== PENDING) return verdict
    if (this.#checks.hasUnloaded) return null
    assert(this.#searchContext.fault !== null, 'only a fault leaves the verdict of a subtree open')
    return this.#searchContext.fault
  }

  isDue(): boolean {
    const work = this.#work
    this.#work = 0
    return this.#breather.isDue(work)
  }

  again(): void {
    this.#checks.again()
  }

  /**
   * The candidates after `after`, in order. The subject itself, if it is one and the snapshot does
   * not know it, comes in its place as NONE.
   */
  *#inOrder(): Generator<ObjectId | null, void> {
    const { subject, after } = this.#question
    const snapshot = this.#snapshot
    const { candidates, includesUnknown } = this.#reachability
    let unknownIsNext = includesUnknown && (after === null || compareTexts(subject.id, after) > 0)
    for (const object of inOrder(snapshot, candidates, this.#bounds())) {
      if (unknownIsNext && object !== null && snapshot.compareIdTo(object, subject.id) > 0) {
        unknownIsNext = false
        yield NONE
      }
      yield object
    }
    if (unknownIsNext) yield NONE
  }

  #withinVerdict(object: ObjectId): Verdict {
    return this.#subtree === null ? YES : this.#subtree.verdictOf(object)
  }

  #bounds() {
    const { after, turn } = this.#question
    return { after, until: this.until, turn }
  }

  /** Makes a context about the subject, which may itself be one of the resources, known or not. */
  #newContext(circumstances: Circumstances, budget?: WorkBudget): EvaluationContext {
    const { type, id, relation } = this.#question.subject
    const member = toSubjectMember(this.#schema, type, relation)
    const object = this.#snapshot.object(type, id)
    const schemaIndex = schemaIndexOf(this.#schema, this.#snapshot.kinds)
    const subject = { type, relation, member, object }
    return new EvaluationContext(this.#snapshot, schemaIndex, circumstances, subject, budget)
  }

  #toRange(room: number) {
    const { resourceType: type, after } = this.#question
    return { type, after, room }
  }

  #idOf(object: ObjectId): string {
    return object === NONE ? this.#question.subject.id : this.#snapshot.idOf(object)
  }
}

const toFound = (id: string, outcome: Verdict | Refusal): Found =>
  outcome instanceof Refusal
    ? { id, refusal: outcome }
    : { id, missing: isConditional(outcome) ? outcome.missing : [] }
