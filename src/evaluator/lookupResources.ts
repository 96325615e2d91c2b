// Which resources may the subject do this to? An ascent from the subject finds the candidates, a heap
// gives them in the order of their ids, and where the way to one does not say it all, a check does: so
// a lookup never disagrees with a check, and pays for the candidates that it gives. Those checks share
// what they find out.

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
  /** Only resources under an object; null for all. */
  readonly within: Within | null
  /** Only ids after this one; null for all. */
  readonly after: string | null
  /** Candidates that are looked at together; all, without. */
  readonly window?: number
}

/** What giving a resource weighs beside its check. */
const ITEM_WORK = 4

/**
 * The resources in the order of their ids by bytes, each once; also those whose check is refused. A
 * null is a moment at which others may have their turn, and at which what the snapshot has not loaded
 * must be brought. `workMax` bounds the check of each candidate, not their sum.
 * @returns what to go on with, asked of an empty snapshot: what lies behind the window; or null
 * @throws Refusal for unknown names, also in `within`; `work-exceeded`
 */
export function* lookupResources(
  snapshot: Snapshot,
  schema: Schema,
  question: ResourcesQuestion,
): Generator<Found | null, ResourcesQuestion | null> {
  const lookup = new ResourceLookup(snapshot, schema, question)
  yield* lookup.gather()
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
  /** For looking around, which has no bound. */
  readonly #search: EvaluationContext
  readonly #checks: Checks
  readonly #breather: Breather
  /** Of the candidates since the last look. */
  #work = 0

  constructor(snapshot: Snapshot, schema: Schema, question: ResourcesQuestion) {
    const { resourceType, permission, within, window } = question
    this.#snapshot = snapshot
    this.#schema = schema
    this.#question = question
    this.#target = requireMember(schema, resourceType, permission).id
    this.#checks = new Checks(budget => this.#inquire(question, budget))
    this.#breather = new Breather(question.turn)
    this.#search = this.#inquire({ ...question, workMax: Number.POSITIVE_INFINITY })
    this.#window = window === undefined ? null : new Window(snapshot, this.#toExtent(window))
    this.#subtree = within === null ? null : new Subtree(this.#search, within, this.#window)
    const takes = (object: ObjectId): boolean => this.#lies(object) !== NO
    this.#reachability = new ReverseReachability(this.#search, this.#target, {
      takes,
      window: this.#window,
    })
  }

  /** Up to where the window is complete; null if it has all. */
  get until(): string | null {
    return this.#window?.until ?? null
  }

  *gather(): Generator<null, void> {
    if (this.#subtree !== null) yield* this.#subtree.gather()
    yield* this.#reachability.climb()
  }

  *rows(): Generator<Found | null, void> {
    for (const found of outcomesOf(this.#snapshot, this.#inOrder(), this)) {
      if (found === null) yield null
      else if (found.outcome !== NO) {
        yield toFound(this.#idOf(found.object), found.outcome)
      }
    }
  }

  /** @throws Refusal `work-exceeded` */
  settle(object: ObjectId): Sliced<Verdict | Refusal | null> {
    this.#checks.renew()
    if (this.#reachability.isSure(object)) return this.#lying(object, YES)
    const checked = orRefusedInSlices(() => this.#checks.of(object, this.#target))
    return mapped(checked, outcome =>
      this.#lying(object, outcome instanceof Refusal ? outcome : toVerdict(outcome)),
    )
  }

  /** What is permitted, as far as it lies where it is looked for; null when rows are not loaded. */
  #lying(object: ObjectId, permitted: Verdict | Refusal): Verdict | Refusal | null {
    this.#work += this.#checks.work + ITEM_WORK
    const lies = this.#lies(object)
    if (permitted instanceof Refusal) return lies === NO ? NO : permitted
    const verdict = intersect(permitted, lies)
    if (verdict !== PENDING) return verdict
    if (this.#checks.isLacking) return null
    assert(this.#search.fault !== null, 'only a fault leaves a place in a subtree open')
    return this.#search.fault
  }

  isDue(): boolean {
    const work = this.#work
    this.#work = 0
    return this.#breather.isDue(work)
  }

  again(): void {
    this.#checks.again()
  }

  /** The candidates after the id to go on after; the subject itself, if unknown, in its place. */
  *#inOrder(): Generator<ObjectId | null, void> {
    const { subject, after } = this.#question
    const snapshot = this.#snapshot
    const { candidates, unknown: own } = this.#reachability
    let unknown = own && (after === null || compareTexts(subject.id, after) > 0)
    for (const object of inOrder(snapshot, candidates, this.#bounds())) {
      if (unknown && object !== null && snapshot.compareIdTo(object, subject.id) > 0) {
        unknown = false
        yield NONE
      }
      yield object
    }
    if (unknown) yield NONE
  }

  #lies(object: ObjectId): Verdict {
    return this.#subtree === null ? YES : this.#subtree.verdictOf(object)
  }

  #bounds() {
    const { after, turn } = this.#question
    return { after, until: this.until, turn }
  }

  /** About the subject, which may be one of the resources, known or not. */
  #inquire(circumstances: Circumstances, budget?: WorkBudget): EvaluationContext {
    const { type, id, relation } = this.#question.subject
    const member = toSubjectMember(this.#schema, type, relation)
    const object = this.#snapshot.object(type, id)
    const schemaIndex = schemaIndexOf(this.#schema, this.#snapshot.kinds)
    const subject = { type, relation, member, object }
    return new EvaluationContext(this.#snapshot, schemaIndex, circumstances, subject, budget)
  }

  #toExtent(room: number) {
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
