// The check by name: what a subject has apart from wildcards, so the verdict if no wildcard granted
// anything. The subject has a union by name if it has an operand by name. It has an intersection by
// name if it has the intersection, and an operand by name. It has an exclusion by name if it has
// the base by name and does not have the excluded operand at all, by name or not. So nobody has
// more by name than a check says. This is a check whose rules ask other checks of the same subject
// for the full verdicts.

import type { Expression, MemberId } from '../language/index.js'
import type { WorkBudget } from './budget.js'
import { type CheckOutcome, toVerdict, verdictOf } from './check.js'
import { Checks } from './checks.js'
import type { EvaluationContext, FullVerdicts } from './evaluationContext.js'
import { toRefusal } from './found.js'
import { Rules, type Verdicts } from './rules.js'
import { Rest, rest, SLICE_OVER, type Sliced, stepOf } from './sliced.js'
import type { NodeId, ObjectId } from './snapshot.js'
import { PENDING, type Verdict } from './verdict.js'

type NewContext = (budget?: WorkBudget) => EvaluationContext

/**
 * Checks what the subject has by name.
 * @param newContext makes the same context about the subject each time, on a given budget
 * @throws Refusal as `check` does
 */
export const checkByName = (
  newContext: NewContext,
  object: ObjectId,
  member: MemberId,
): Sliced<CheckOutcome> => new Rest(checkedByName(newContext, object, member))

function* checkedByName(
  newContext: NewContext,
  object: ObjectId,
  member: MemberId,
): Generator<null, CheckOutcome> {
  const evaluation = nested(newContext())
  const { budget } = evaluation
  const fullVerdicts = new FullChecks(() => nested(newContext(budget)), evaluation)
  evaluation.fullVerdicts = fullVerdicts
  const outcome = yield* rest(verdictOf(evaluation, object, member))
  if (!fullVerdicts.hitCycle) return outcome
  // If a cycle left an excluded operand open, the result might exceed what a check says.
  return lesser(outcome, yield* rest(verdictOf(newContext(budget), object, member)))
}

/** Prepares a context for two nested walks: the one by name, and the one for a full verdict. */
function nested(evaluation: EvaluationContext): EvaluationContext {
  evaluation.nestedWalks = 2
  return evaluation
}

const RANKS = { no: 0, pending: 1, conditional: 2, yes: 3 } as const

const lesser = (a: CheckOutcome, b: CheckOutcome): CheckOutcome =>
  RANKS[a.verdict] <= RANKS[b.verdict] ? a : b

/** The full verdicts, from ordinary checks, each expression and object once. */
class FullChecks implements FullVerdicts, Verdicts {
  /** Whether a cycle in the data left a check open. */
  hitCycle = false
  /**
   * The context of the check by name, which is notified of faults and of rows that are not loaded.
   */
  readonly #caller: EvaluationContext
  readonly #context: EvaluationContext
  readonly #checks: Checks
  readonly #rules: Rules
  readonly #known = new Map<Expression, Map<ObjectId, Verdict>>()
  /** The check that was running when the slice ended. */
  #pausedCheck: Generator<null, CheckOutcome> | null = null

  constructor(newContext: () => EvaluationContext, caller: EvaluationContext) {
    this.#caller = caller
    this.#context = newContext()
    this.#checks = new Checks(newContext)
    this.#rules = new Rules(this.#context, this)
  }

  holds(object: ObjectId, expression: Expression): Verdict {
    const known = this.#known.get(expression) ?? new Map<ObjectId, Verdict>()
    this.#known.set(expression, known)
    const verdict = known.get(object) ?? this.#rules.expression(object, expression)
    known.set(object, verdict)
    this.#caller.fault ??= this.#context.fault
    if (this.#context.hasUnloaded || this.#checks.hasUnloaded) this.#caller.noteUnloaded()
    return verdict
  }

  of(object: ObjectId, member: MemberId): Verdict {
    try {
      this.#pausedCheck ??= rest(this.#checks.of(object, member))
      const outcome = stepOf(this.#pausedCheck)
      this.#pausedCheck = null
      this.hitCycle ||= outcome.diagnostic !== null
      return toVerdict(outcome)
    } catch (error) {
      if (error === SLICE_OVER) throw error
      this.#pausedCheck = null
      this.#context.fault ??= toRefusal(error)
      return PENDING
    }
  }

  ofRow(row: NodeId, relation: MemberId): Verdict {
    return this.of(this.#context.snapshot.objectOf(row), relation)
  }
}
