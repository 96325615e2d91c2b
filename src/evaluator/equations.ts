// The sub-questions that the walk left open, as equations over one another. They are found level by
// level from the question, without recursion, and each knows the equations that depend on it.
// Sub-questions that the walk has settled get no equation.

import type { MemberId } from '../language/index.js'
import { Refusal } from '../terms/index.js'
import type { EvaluationContext } from './evaluationContext.js'
import { Rules, type Verdicts } from './rules.js'
import { inSlices } from './sliced.js'
import type { NodeId, ObjectId } from './snapshot.js'
import { PENDING, type Verdict } from './verdict.js'
import type { Walk } from './walk.js'

interface Equation {
  readonly object: ObjectId
  readonly member: MemberId
  /** The number of sub-questions on the shortest path from the question to this one. */
  readonly depth: number
  /** Positions of the equations whose verdicts depend on this one. */
  readonly dependents: number[]
  /** PENDING while it depends on other equations. */
  verdict: Verdict
}

export class Equations implements Verdicts {
  /** All equations, that of the question itself first. */
  readonly list: Equation[] = []
  /** Whether any equation excludes another one. */
  exclude = false
  /** Positions of the equations that depend on others. */
  open: readonly number[] = []
  readonly #evaluation: EvaluationContext
  readonly #walk: Walk
  readonly #positions = new Map<number, number>()
  #current = 0

  constructor(evaluation: EvaluationContext, walk: Walk) {
    this.#evaluation = evaluation
    this.#walk = walk
  }

  /**
   * Finds all equations that the question leads to.
   * @throws Refusal `depth-exceeded`, `work-exceeded`
   */
  *find(object: ObjectId, member: MemberId): Generator<null, void> {
    const rules = new Rules(this.#evaluation, this)
    this.#add(object, member, 0)
    for (let next = 0; next < this.list.length; next++) {
      this.#current = next
      const equation = this.list[next]
      equation.verdict = yield* inSlices(() => rules.derive(equation.object, equation.member))
    }
    this.open = [...this.list.keys()].filter(position => this.list[position].verdict === PENDING)
  }

  /** The position of a sub-question's equation, or undefined if none was needed. */
  position(object: ObjectId, member: MemberId): number | undefined {
    return this.#positions.get(this.#evaluation.keyOf(object, member))
  }

  /** The verdict if it is known without an equation, else PENDING. */
  known(object: ObjectId, member: MemberId): Verdict {
    const shortcut = this.#evaluation.shortcut(object, member)
    return shortcut === PENDING ? this.#walk.settled(object, member) : shortcut
  }

  /**
   * Answers the rules while the equations are being found, and records which equation depends on
   * which.
   */
  of(object: ObjectId, member: MemberId, negated: boolean): Verdict {
    const known = this.known(object, member)
    if (known !== PENDING) return known
    const position =
      this.position(object, member) ?? this.#add(object, member, this.list[this.#current].depth + 1)
    this.list[position].dependents.push(this.#current)
    this.exclude ||= negated
    return this.list[position].verdict
  }

  ofRow(row: NodeId, relation: MemberId, negated: boolean): Verdict {
    return this.of(this.#evaluation.snapshot.objectOf(row), relation, negated)
  }

  #add(object: ObjectId, member: MemberId, depth: number): number {
    const { depthMax } = this.#evaluation.circumstances
    if (depth > depthMax) {
      throw new Refusal(
        'depth-exceeded',
        `max depth exceeded: the question leads through more than ${depthMax} nested sub-questions`,
      )
    }
    const position = this.list.length
    this.list.push({ object, member, depth, dependents: [], verdict: PENDING })
    this.#positions.set(this.#evaluation.keyOf(object, member), position)
    return position
  }
}
