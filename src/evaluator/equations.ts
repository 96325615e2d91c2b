// The sub-questions that the walk left open, as equations over one another: found level by level
// from the question, without recursion, each with those that depend on it. What the walk has settled
// is not looked into again.

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
  /** Sub-questions on the shortest way from the question. */
  readonly depth: number
  /** Positions of the equations that ask for this one. */
  readonly dependents: number[]
  /** PENDING while it depends on others. */
  verdict: Verdict
}

export class Equations implements Verdicts {
  /** The question's own comes first. */
  readonly list: Equation[] = []
  /** Whether any of them excludes another one. */
  exclude = false
  /** Positions of those that depend on others. */
  open: readonly number[] = []
  readonly #evaluation: EvaluationContext
  readonly #walk: Walk
  readonly #positions = new Map<number, number>()
  #current = 0

  constructor(evaluation: EvaluationContext, walk: Walk) {
    this.#evaluation = evaluation
    this.#walk = walk
  }

  /** Finds them all. @throws Refusal `depth-exceeded`, `work-exceeded` */
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

  /** The position of an equation, or undefined if there was no need for one. */
  position(object: ObjectId, member: MemberId): number | undefined {
    return this.#positions.get(this.#evaluation.keyOf(object, member))
  }

  /** What is known without an equation, else PENDING. */
  known(object: ObjectId, member: MemberId): Verdict {
    const glance = this.#evaluation.shortcut(object, member)
    return glance === PENDING ? this.#walk.settled(object, member) : glance
  }

  /** While looking for equations: notes who asks for what. */
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
