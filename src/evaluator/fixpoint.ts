// The complete solver, for data with cycles: it solves the equations that the walk left open. A
// cycle of grants has the least solution: nobody is in a cycle of groups unless a relationship puts
// them into one. With exclusions in the cycle the answer is the well-founded model, computed by Van
// Gelder's alternating fixpoint. The lower bound is what holds even if exclusions remove everything
// that they might. The upper bound is what may hold if they remove only what they must. The
// exclusions of each bound read the other one, until neither changes. Where the two agree, that is
// the verdict.

import type { MemberId } from '../language/index.js'
import { assert } from '../terms/index.js'
import type { Equations } from './equations.js'
import type { EvaluationContext } from './evaluationContext.js'
import { Rules, type Verdicts } from './rules.js'
import { Breather, inSlices } from './sliced.js'
import type { NodeId, ObjectId, Snapshot } from './snapshot.js'
import { conditional, isConditional, NO, PENDING, type Verdict, YES } from './verdict.js'

/** The lower and the upper bound of the question's verdict. */
export interface VerdictBounds {
  readonly lower: Verdict
  readonly upper: Verdict
}

interface SettledEquation {
  readonly object: ObjectId
  readonly member: MemberId
  readonly verdict: Verdict
}

/** Verdicts by the position of their equations. */
type Solution = Verdict[]

/** The rank of a verdict, from no over conditional to yes. */
export const rank = (verdict: Verdict): number =>
  isConditional(verdict) ? 1 : verdict === YES ? 2 : 0

export class Fixpoint implements Verdicts {
  readonly #equations: Equations
  readonly #rules: Rules
  readonly #snapshot: Snapshot
  readonly #breather: Breather
  /**
   * The solutions that the rules read: for sub-questions that grant, and for those under an
   * exclusion.
   */
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

  /** Solves the equations. @throws Refusal `work-exceeded` */
  *bounds(): Generator<null, VerdictBounds> {
    let lower = this.#start()
    let upper = lower
    let changed = true
    while (changed) {
      upper = yield* this.#least(lower, YES)
      const higher = yield* this.#least(upper, NO)
      changed = this.#equations.exclude && !agree(lower, higher)
      lower = higher
    }
    if (isConditional(lower[0])) yield* this.#nameMissing(lower, upper)
    this.#lower = lower
    this.#upper = upper
    return { lower: lower[0], upper: upper[0] }
  }

  /**
   * The sub-questions that `bounds` has settled, missing names included. A yielded null lets other
   * work run.
   */
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

  /** The start of an iteration: only equations that depend on no other one have their verdict. */
  #start(): Solution {
    return this.#equations.list.map(({ verdict }) => (verdict === PENDING ? NO : verdict))
  }

  /**
   * Computes the least solution in which exclusions read `excluding`. A verdict that cannot be
   * read, because rows are not loaded or a caveat fails, counts as `unread`.
   */
  *#least(excluding: Solution, unread: typeof NO | typeof YES): Generator<null, Solution> {
    const { list } = this.#equations
    const solution = this.#start()
    this.#granting = solution
    this.#excluding = excluding
    const agenda = [...this.#equations.open]
    const listed = new Uint8Array(list.length).fill(1)
    // In the order of arrival: an equation with many dependencies is derived once for all that have
    // changed by then.
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
   * Finds the missing names once the ranks are settled. A conditional verdict has the names of its
   * conditional operands; around a cycle, the least such sets.
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
