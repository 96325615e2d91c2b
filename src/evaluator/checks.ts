// Checks of many resources or permissions for one subject, which share what they find out: one walk
// for all of them, and where it leaves one open, that check by itself, from which the walk learns.

import type { MemberId } from '../language/index.js'
import type { WorkBudget } from './budget.js'
import { type CheckOutcome, toOutcome, verdictOf } from './check.js'
import type { EvaluationContext } from './evaluationContext.js'
import { begin, Rest, rest, type Sliced } from './sliced.js'
import type { ObjectId } from './snapshot.js'
import { PENDING, type Verdict } from './verdict.js'
import { Walk } from './walk.js'

/** Verdicts that are shared before they are forgotten together: some 10 MB. */
const SHARED_MAX = 100_000

export class Checks {
  readonly #inquire: (budget?: WorkBudget) => EvaluationContext
  readonly #evaluation: EvaluationContext
  #walk: Walk

  /** @param inquire makes an inquiry about the subject, each time the same, upon the budget */
  constructor(inquire: (budget?: WorkBudget) => EvaluationContext) {
    this.#inquire = inquire
    this.#evaluation = inquire()
    this.#walk = new Walk(this.#evaluation)
  }

  /** Units spent since `renew`. */
  get work(): number {
    return this.#evaluation.budget.work
  }

  /** Whether one of them was left open because rows are not loaded. */
  get isLacking(): boolean {
    return this.#evaluation.lacking
  }

  /** What was left open is looked at again: rows may have been loaded since. */
  again(): void {
    this.#evaluation.lacking = false
    this.#walk.reopen()
  }

  /** The bound on work begins anew. */
  renew(): void {
    this.#evaluation.budget.renew()
  }

  /** @throws Refusal as `check` does */
  of(object: ObjectId, member: MemberId): Sliced<CheckOutcome> {
    if (this.#walk.size > SHARED_MAX) this.#walk = new Walk(this.#evaluation)
    const walk = this.#walk
    const found = begin(() => walk.of(object, member))
    if (!(found instanceof Rest) && (found !== PENDING || this.#evaluation.lacking)) {
      return toOutcome(this.#evaluation, found)
    }
    return new Rest(this.#alone(found, object, member))
  }

  /** Circles and faults are for a check by itself: they depend on all that one has met. */
  *#alone(
    found: Sliced<Verdict>,
    object: ObjectId,
    member: MemberId,
  ): Generator<null, CheckOutcome> {
    const verdict = yield* rest(found)
    if (verdict !== PENDING || this.#evaluation.lacking) return toOutcome(this.#evaluation, verdict)
    const evaluation = this.#inquire(this.#evaluation.budget)
    try {
      return yield* rest(verdictOf(evaluation, object, member, this.#walk))
    } finally {
      if (evaluation.lacking) this.#evaluation.lack()
    }
  }
}
