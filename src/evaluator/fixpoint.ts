// The thorough way, for data that runs in circles: solves the equations that the walk left open.
// Circles of grants have the least solution: nobody is in a circle of groups unless somebody put
// them into one. With exclusions in the circle it is the well-founded model, by the alternating
// fixpoint of Van Gelder: from below, what holds even if exclusions take away all that they might;
// from above, what may hold if they take away only what they must; each is what the exclusions of
// the other read, until neither moves. Where the two meet, that is the verdict.

import type { MemberId } from '../language/index.js'
import { assert } from '../terms/index.js'
import type { Equations } from './equations.js'
import type { EvaluationContext } from './evaluationContext.js'
import { Rules, type Verdicts } from './rules.js'
import { Breather, inSlices } from './sliced.js'
import type { NodeId, ObjectId, Snapshot } from './snapshot.js'
import { conditional, isConditional, NO, PENDING, type Verdict, YES } from './verdict.js'

/** The question's verdict from below and from above. */
export interface VerdictBounds {
  readonly lower: Verdict
  readonly upper: Verdict
}

interface SettledEquation {
  readonly object: ObjectId
  readonly member: MemberId
  readonly verdict: Verdict
}

/** Verdicts by position of their equations. */
type Solution = Verdict[]

/** Truth: from no over conditional to yes. */
export const rank = (verdict: Verdict): number =>
  isConditional(verdict) ? 1 : verdict === YES ? 2 : 0

export class Fixpoint implements Verdicts {
  readonly #equations: Equations
  readonly #rules: Rules
  readonly #snapshot: Snapshot
  readonly #breather: Breather
  /** What is read of sub-questions that grant, and of those that exclude. */
  #granting: Solution = []
  #excluding: Solution = []
  #lower: Solution = []
  #upper: Solution = []

  constructor(evaluation: EvaluationContext, equations: Equations) {
    this.#equations = equations
    this.#rules = new Rules(evaluation, this)
    this.#snapshot = evaluation.snapshot
    this.#breather = new Breather(evaluation.circumstances.turn)
  }

  /** @throws Refusal `work-exceeded` */
  *bounds(): Generator<null, VerdictBounds> {
    let lower = this.#start()
    let upper = lower
    let moved = true
    while (moved) {
      upper = yield* this.#least(lower, YES)
      const higher = yield* this.#least(upper, NO)
      moved = this.#equations.exclude && !agree(lower, higher)
      lower = higher
    }
    if (isConditional(lower[0])) yield* this.#nameMissing(lower, upper)
    this.#lower = lower
    this.#upper = upper
    return { lower: lower[0], upper: upper[0] }
  }

  /** The sub-questions that the bounds have settled, names included: after `bounds`; and pauses. */
  *settled(): Generator<SettledEquation | null, void> {
    const named = isConditional(this.#lower[0])
    for (const [position, { object, member, verdict: own }] of this.#equations.list.entries()) {
      if (this.#breather.isDue()) yield null
      const verdict = this.#lower[position]
      if (rank(verdict) !== rank(this.#upper[position])) continue
      if (own !== PENDING || named || !isConditional(verdict)) yield { object, member, verdict }
    }
  }

  of(object: ObjectId, member: MemberId, negated: boolean): Verdict {
    const known = this.#equations.known(object, member)
    if (known !== PENDING) return known
    const position = this.#equations.position(object, member)
    assert(position !== undefined, 'whatever is asked while solving has an equation')
    return (negated ? this.#excluding : this.#granting)[position]
  }

  ofRow(row: NodeId, relation: MemberId, negated: boolean): Verdict {
    return this.of(this.#snapshot.objectOf(row), relation, negated)
  }

  /** Nothing is granted but what depends on no other equation. */
  #start(): Solution {
    return this.#equations.list.map(({ verdict }) => (verdict === PENDING ? NO : verdict))
  }

  /** The least solution while exclusions read `excluding`; what cannot be read counts as `unread`. */
  *#least(excluding: Solution, unread: typeof NO | typeof YES): Generator<null, Solution> {
    const { list } = this.#equations
    const solution = this.#start()
    this.#granting = solution
    this.#excluding = excluding
    const agenda = [...this.#equations.open]
    const listed = new Uint8Array(list.length).fill(1)
    // First come, first served: what depends on many is derived once for all that have moved by then.
    for (const next of agenda) {
      listed[next] = 0
      const derived = yield* this.#derive(next)
      const verdict = derived === PENDING ? unread : derived
      if (rank(verdict) <= rank(solution[next])) continue
      solution[next] = verdict
      for (const dependent of list[next].dependents) {
        if (listed[dependent] === 1 || solution[dependent] === YES) continue
        listed[dependent] = 1
        agenda.push(dependent)
      }
    }
    return solution
  }

  /**
   * Truth being settled, the missing names of a conditional verdict are those of its conditional
   * operands: around a circle, the least such sets.
   */
  *#nameMissing(lower: Solution, upper: Solution): Generator<null, void> {
    for (const solution of [lower, upper]) {
      for (const position of this.#equations.open) {
        if (isConditional(solution[position])) solution[position] = conditional([])
      }
    }
    let grown = true
    while (grown) {
      const below = yield* this.#growNames(lower, upper)
      const above = yield* this.#growNames(upper, lower)
      grown = below || above
    }
  }

  *#growNames(solution: Solution, excluding: Solution): Generator<null, boolean> {
    this.#granting = solution
    this.#excluding = excluding
    let grown = false
    for (const position of this.#equations.open.toReversed()) {
      const before = solution[position]
      if (!isConditional(before)) continue
      const verdict = yield* this.#derive(position)
      if (!isConditional(verdict) || verdict.missing.length === before.missing.length) continue
      solution[position] = verdict
      grown = true
    }
    return grown
  }

  *#derive(position: number): Generator<null, Verdict> {
    const { object, member } = this.#equations.list[position]
    return yield* inSlices(() => this.#rules.derive(object, member))
  }
}

const agree = (a: Solution, b: Solution): boolean =>
  a.every((verdict, position) => rank(verdict) === rank(b[position]))
