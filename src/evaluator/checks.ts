// Checks of many resources or permissions for one subject, which share their results. One walk
// serves all of them. Where it leaves a check open, that check is solved on its own, and the walk
// learns from it.

import type { MemberId } from '../language/index.js'
import type { WorkBudget } from './budget.js'
import { type CheckOutcome, toOutcome, verdictOf } from './check.js'
import type { EvaluationContext } from './evaluationContext.js'
import { firstSlice, Rest, rest, type Sliced } from './sliced.js'
import type { ObjectId } from './snapshot.js'
import { PENDING, type Verdict } from './verdict.js'
import { Walk } from './walk.js'

/** The number of shared verdicts after which all are dropped: some 10 MB. */
const SHARED_MAX = 100_000

export class Checks {
  readonly #newContext: (budget?: WorkBudget) => EvaluationContext
  readonly #evaluation: EvaluationContext
  #walk: Walk

  /** @param newContext makes the same context about the subject each time, on a given budget */
  constructor(newContext: (budget?: WorkBudget) => EvaluationContext) {
    this.#newContext = newContext
    this.#evaluation = newContext()
    this.#walk = new Walk(this.#evaluation)
  }

  /** Units of work spent since `renew`. */
  get work(): number {
    return this.#evaluation.budget.work
  }

  /** Whether a check was left open because rows are not loaded. */
  get hasUnloaded(): boolean {
    return this.#evaluation.hasUnloaded
  }

  /** Prepares to evaluate what was left open again: rows may have been loaded since. */
  again(): void {
    this.#evaluation.hasUnloaded = false
    this.#walk.reopen()
  }

  /** Makes the whole budget available again, for the next check. */
  renew(): void {
    this.#evaluation.budget.renew()
  }

  /** Checks one member of an object. @throws Refusal as `check` does */
  of(object: ObjectId, member: MemberId): Sliced<CheckOutcome> {
    if (this.#walk.size > SHARED_MAX) this.#walk = new Walk(this.#evaluation)
    const walk = this.#walk
    const found = firstSlice(() => walk.of(object, member))
    if (!(found instanceof Rest) && (found !== PENDING || this.#evaluation.hasUnloaded)) {
      return toOutcome(this.#evaluation, found)
    }
    return new Rest(this.#alone(found, object, member))
  }

  /**
   * Solves a check on its own. A cycle or a caveat that cannot be evaluated needs this, because the
   * result depends on everything that the check reads.
   */
  *#alone(
    found: Sliced<Verdict>,
    object: ObjectId,
    member: MemberId,
  ): Generator<null, CheckOutcome> {
    const verdict = yield* rest(found)
    if (verdict !== PENDING || this.#evaluation.hasUnloaded)
      return toOutcome(this.#evaluation, verdict)
    const evaluation = this.#newContext(this.#evaluation.budget)
    try {
      return yield* rest(verdictOf(evaluation, object, member, this.#walk))
    } finally {
      if (evaluation.hasUnloaded) this.#evaluation.noteUnloaded()
    }
  }
}
