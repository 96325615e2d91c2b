// What a subject has by name, and not only as one of all: the verdict if no wildcard granted anything
// by itself. A union is had by name if one of its operands is; an intersection, if it is had, and one
// of its operands by name; an exclusion, if its base is, and what it takes away is not had at all,
// by name or not. So nobody has more by name than a check says. Solved as equations from the start:
// the checks in between walk, and one walk within another could be too deep for the stack.

import type { Expression, MemberId } from '../language/index.js'
import { orRefusal, Refusal } from '../terms/index.js'
import { type CheckOutcome, solved, toOutcome, toVerdict, verdictOf } from './check.js'
import { Checks } from './checks.js'
import { Equations } from './equations.js'
import { Fixpoint } from './fixpoint.js'
import type { Inquiry, Truth } from './inquiry.js'
import { Rules, type Verdicts } from './rules.js'
import type { NodeId, ObjectId } from './snapshot.js'
import { PENDING, type Verdict } from './verdict.js'
import { Walk } from './walk.js'

/**
 * A check of what the subject has by name.
 * @param inquire makes an inquiry about the subject, each time the same
 * @throws Refusal as `check` does
 */
export function checkByName(
  inquire: () => Inquiry,
  object: ObjectId,
  member: MemberId,
): CheckOutcome {
  const inquiry = inquire()
  const truth = new Checked(inquire, inquiry)
  inquiry.truth = truth
  const glance = inquiry.glance(object, member)
  if (glance !== PENDING) return toOutcome(inquiry, glance)
  const equations = new Equations(inquiry, new Walk(inquiry), object, member)
  const outcome = solved(inquiry, new Fixpoint(inquiry, equations))
  // Where a circle left open what is excluded, it is not known to be less than a check says.
  return truth.isOpen ? lesser(outcome, verdictOf(inquire(), object, member)) : outcome
}

const RANKS = { no: 0, pending: 1, conditional: 2, yes: 3 } as const

const lesser = (a: CheckOutcome, b: CheckOutcome): CheckOutcome =>
  RANKS[a.verdict] <= RANKS[b.verdict] ? a : b

/** What checks say; of each expression once. */
class Checked implements Truth, Verdicts {
  /** Whether data in a circle has left a check open. */
  isOpen = false
  /** What is to be told of faults, and of rows that are not loaded. */
  readonly #asking: Inquiry
  readonly #own: Inquiry
  readonly #checks: Checks
  readonly #rules: Rules
  readonly #known = new Map<Expression, Map<ObjectId, Verdict>>()

  constructor(inquire: () => Inquiry, asking: Inquiry) {
    this.#asking = asking
    this.#own = inquire()
    this.#checks = new Checks(inquire)
    this.#rules = new Rules(this.#own, this)
  }

  of(object: ObjectId, asked: Expression | MemberId): Verdict {
    return typeof asked === 'object' ? this.#expression(object, asked) : this.#member(object, asked)
  }

  ofRow(row: NodeId, relation: MemberId): Verdict {
    return this.#member(this.#own.snapshot.objectOf(row), relation)
  }

  #expression(object: ObjectId, expression: Expression): Verdict {
    const known = this.#known.get(expression) ?? new Map<ObjectId, Verdict>()
    this.#known.set(expression, known)
    const verdict = known.get(object) ?? this.#rules.expression(object, expression)
    known.set(object, verdict)
    this.#asking.fault ??= this.#own.fault
    if (this.#own.lacking || this.#checks.isLacking) this.#asking.lack()
    return verdict
  }

  #member(object: ObjectId, member: MemberId): Verdict {
    const outcome = orRefusal(() => this.#checks.of(object, member))
    if (!(outcome instanceof Refusal)) {
      this.isOpen ||= outcome.diagnostic !== null
      return toVerdict(outcome)
    }
    this.#own.fault ??= outcome
    return PENDING
  }
}
