// What a subject has by name, and not only as one of all: the verdict if no wildcard granted anything
// by itself. A union is had by name if one of its operands is; an intersection, if it is had, and one
// of its operands by name; an exclusion, if its base is, and what it takes away is not had at all,
// by name or not. So nobody has more by name than a check says. It is a check whose rules ask other
// checks, of the same subject, for what is had at all.

import type { Expression, MemberId } from '../language/index.js'
import type { WorkBudget } from './budget.js'
import { type CheckOutcome, toVerdict, verdictOf } from './check.js'
import { Checks } from './checks.js'
import type { EvaluationContext, Truth } from './evaluationContext.js'
import { toRefusal } from './found.js'
import { Rules, type Verdicts } from './rules.js'
import { Rest, rest, SLICE_OVER, type Sliced, stepOf } from './sliced.js'
import type { NodeId, ObjectId } from './snapshot.js'
import { PENDING, type Verdict } from './verdict.js'

type Inquire = (budget?: WorkBudget) => EvaluationContext

/**
 * A check of what the subject has by name.
 * @param inquire makes an inquiry about the subject, each time the same, upon the budget
 * @throws Refusal as `check` does
 */
export const checkByName = (
  inquire: Inquire,
  object: ObjectId,
  member: MemberId,
): Sliced<CheckOutcome> => new Rest(checked(inquire, object, member))

function* checked(
  inquire: Inquire,
  object: ObjectId,
  member: MemberId,
): Generator<null, CheckOutcome> {
  const evaluation = nested(inquire())
  const { budget } = evaluation
  const truth = new Checked(() => nested(inquire(budget)), evaluation)
  evaluation.truth = truth
  const outcome = yield* rest(verdictOf(evaluation, object, member))
  if (!truth.isOpen) return outcome
  // Where a circle left open what is excluded, it is not known to be less than a check says.
  return lesser(outcome, yield* rest(verdictOf(inquire(budget), object, member)))
}

/** The walk of names may be under way while one for what is had at all is. */
function nested(evaluation: EvaluationContext): EvaluationContext {
  evaluation.nestedWalks = 2
  return evaluation
}

const RANKS = { no: 0, pending: 1, conditional: 2, yes: 3 } as const

const lesser = (a: CheckOutcome, b: CheckOutcome): CheckOutcome =>
  RANKS[a.verdict] <= RANKS[b.verdict] ? a : b

/** What checks say; of each expression once. */
class Checked implements Truth, Verdicts {
  /** Whether data in a circle has left a check open. */
  isOpen = false
  /** What is to be told of faults, and of rows that are not loaded. */
  readonly #asking: EvaluationContext
  readonly #own: EvaluationContext
  readonly #checks: Checks
  readonly #rules: Rules
  readonly #known = new Map<Expression, Map<ObjectId, Verdict>>()
  /** The check that was under way when the slice was over. */
  #checking: Generator<null, CheckOutcome> | null = null

  constructor(inquire: () => EvaluationContext, asking: EvaluationContext) {
    this.#asking = asking
    this.#own = inquire()
    this.#checks = new Checks(inquire)
    this.#rules = new Rules(this.#own, this)
  }

  holds(object: ObjectId, expression: Expression): Verdict {
    const known = this.#known.get(expression) ?? new Map<ObjectId, Verdict>()
    this.#known.set(expression, known)
    const verdict = known.get(object) ?? this.#rules.expression(object, expression)
    known.set(object, verdict)
    this.#asking.fault ??= this.#own.fault
    if (this.#own.lacking || this.#checks.isLacking) this.#asking.lack()
    return verdict
  }

  of(object: ObjectId, member: MemberId): Verdict {
    try {
      this.#checking ??= rest(this.#checks.of(object, member))
      const outcome = stepOf(this.#checking)
      this.#checking = null
      this.isOpen ||= outcome.diagnostic !== null
      return toVerdict(outcome)
    } catch (error) {
      if (error === SLICE_OVER) throw error
      this.#checking = null
      this.#own.fault ??= toRefusal(error)
      return PENDING
    }
  }

  ofRow(row: NodeId, relation: MemberId): Verdict {
    return this.of(this.#own.snapshot.objectOf(row), relation)
  }
}
