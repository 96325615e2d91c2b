// What relations and permissions mean: the verdict of a member on an object, given the verdicts of
// the sub-questions it leads to. Both ways of solving use these rules; they differ in where the
// verdicts of sub-questions come from. Operands are left out once the verdict can no longer change;
// a pending one does not stop the others, so that all missing rows are asked for at once. Where a slice
// ends, each call leaves on the trail what it had come to.

import type { Expression, MemberId } from '../language/index.js'
import type { WorkBudget } from './budget.js'
import type { EvaluationContext } from './evaluationContext.js'
import { NO_MEMBER } from './schemaIndex.js'
import { type EdgeId, NONE, type NodeId, type ObjectId, UNLOADED } from './snapshot.js'
import type { Trail } from './trail.js'
import { intersect, NO, subtract, union, type Verdict, YES } from './verdict.js'

export interface Verdicts {
  /** The verdict of a sub-question; `negated` if it stands under an odd number of exclusions. */
  of(object: ObjectId, member: MemberId, negated: boolean): Verdict
  /** The same for a relation whose row is at hand: finding it again would be most of the work. */
  ofRow(row: NodeId, relation: MemberId, negated: boolean): Verdict
}

/** From the relationships of a row to sub-questions on their subjects. */
interface RuleScope {
  readonly row: NodeId
  readonly relation: MemberId
  /** By the subject's kind: what is asked of its object; NO_MEMBER for nothing. */
  readonly targets: Int32Array
  /** Whether subjects that are objects themselves are left out. */
  readonly setsOnly: boolean
  readonly negated: boolean
}

/** What a call had come to when its slice was over. */
interface AtEdge {
  readonly edge: EdgeId
  readonly verdict: Verdict
  /** What the relationship lets through, if it has been read; null before. */
  readonly condition: Verdict | null
  /** Whether a relationship has counted. */
  readonly some: boolean
}

interface AtOperand {
  readonly position: number
  readonly verdict: Verdict
}

interface AtRow {
  readonly direct: Verdict
}

const BEGUN = true

export class Rules {
  readonly #evaluation: EvaluationContext
  readonly #verdicts: Verdicts
  readonly #budget: WorkBudget
  readonly #trail: Trail

  constructor(evaluation: EvaluationContext, verdicts: Verdicts) {
    this.#evaluation = evaluation
    this.#verdicts = verdicts
    this.#budget = evaluation.budget
    this.#trail = evaluation.budget.trail
  }

  /** One step: reads relationships of the object, and asks for the verdicts of the rest. */
  derive(object: ObjectId, member: MemberId): Verdict {
    const found = this.#evaluation.schemaIndex.schema.members[member]
    if (found.kind === 'permission') return this.#permission(object, found.expression)
    const row = this.#evaluation.row(object, member)
    return row === NONE ? NO : this.row(row, member)
  }

  /** The subject is named, or all of its type are, or it is in a set that is named. */
  row(row: NodeId, relation: MemberId): Verdict {
    const { schemaIndex } = this.#evaluation
    const flat = schemaIndex.flat[relation] === 1
    const saved = flat ? undefined : this.#trail.take<AtRow>()
    const direct = saved === undefined ? this.#direct(row, relation) : saved.direct
    if (direct === YES || flat) return direct
    const targets = schemaIndex.members
    try {
      return union(direct, this.#any({ row, relation, targets, setsOnly: true, negated: false }))
    } catch (error) {
      throw this.#trail.leave<AtRow>(error, { direct })
    }
  }

  #direct(row: NodeId, relation: MemberId): Verdict {
    this.#budget.pause()
    this.#budget.ask()
    return this.#evaluation.direct(row, relation)
  }

  #permission(object: ObjectId, expression: Expression): Verdict {
    if (this.#trail.take() === undefined) {
      this.#budget.pause()
      this.#budget.ask()
    }
    try {
      return this.#expression(object, expression, false)
    } catch (error) {
      throw this.#trail.leave(error, BEGUN)
    }
  }

  /** The verdict of an expression by itself. */
  expression(object: ObjectId, expression: Expression): Verdict {
    return this.#expression(object, expression, false)
  }

  #expression(object: ObjectId, expression: Expression, negated: boolean): Verdict {
    switch (expression.kind) {
      case 'nil':
        return NO
      case 'self':
        return this.#evaluation.isSubject(object) ? YES : NO
      case 'member':
        return this.#verdicts.of(object, expression.member, negated)
      case 'arrow': {
        const { relation, target, all } = expression
        const row = this.#evaluation.row(object, relation)
        if (row === NONE) return NO
        const targets = this.#evaluation.schemaIndex.targets(target, this.#budget)
        const passage = { row, relation, targets, setsOnly: false, negated }
        if (!all) return this.#any(passage)
        return this.#evaluation.truth === null
          ? this.#all(passage)
          : this.#ifTrue(object, expression, () => this.#any(passage))
      }
      case 'union':
        return this.#operands(object, expression, negated)
      case 'intersection': {
        if (this.#evaluation.truth === null) return this.#operands(object, expression, negated)
        const some = { kind: 'union', operands: expression.operands } as const
        return this.#ifTrue(object, expression, () => this.#operands(object, some, negated))
      }
      case 'exclusion':
        return this.#exclusion(object, expression, negated)
    }
  }

  #operands(object: ObjectId, { kind, operands }: Operands, negated: boolean): Verdict {
    const isUnion = kind === 'union'
    const deciding = isUnion ? YES : NO
    const saved = this.#trail.take<AtOperand>()
    let verdict: Verdict = saved === undefined ? (isUnion ? NO : YES) : saved.verdict
    let position = saved === undefined ? 0 : saved.position
    try {
      for (; position < operands.length && verdict !== deciding; position++) {
        const found = this.#expression(object, operands[position], negated)
        verdict = isUnion ? union(verdict, found) : intersect(verdict, found)
      }
      return verdict
    } catch (error) {
      throw this.#trail.leave<AtOperand>(error, { position, verdict })
    }
  }

  #exclusion(object: ObjectId, { base, excluded }: Exclusion, negated: boolean): Verdict {
    const { truth } = this.#evaluation
    const saved = this.#trail.take<AtOperand>()
    let verdict: Verdict = saved === undefined ? YES : saved.verdict
    let position = saved === undefined ? 0 : saved.position
    try {
      if (position === 0) verdict = this.#expression(object, base, negated)
      if (verdict === NO) return NO
      position = 1
      if (truth !== null) return subtract(verdict, truth.holds(object, excluded))
      return subtract(verdict, this.#expression(object, excluded, !negated))
    } catch (error) {
      throw this.#trail.leave<AtOperand>(error, { position, verdict })
    }
  }

  /** What somebody has by name in a part of the expression, as far as the whole of it holds. */
  #ifTrue(object: ObjectId, expression: Expression, byName: () => Verdict): Verdict {
    const saved = this.#trail.take<AtOperand>()
    let verdict: Verdict = saved === undefined ? NO : saved.verdict
    let position = saved === undefined ? 0 : saved.position
    try {
      if (position === 0) verdict = byName()
      if (verdict === NO) return NO
      position = 1
      return intersect(verdict, this.#evaluation.truth!.holds(object, expression))
    } catch (error) {
      throw this.#trail.leave<AtOperand>(error, { position, verdict })
    }
  }

  /** Subjects without the target contribute nothing. */
  #any(scope: RuleScope): Verdict {
    const { row, relation, targets, setsOnly } = scope
    const { snapshot } = this.#evaluation
    const saved = this.#trail.take<AtEdge>()
    let edge = saved === undefined ? snapshot.firstSubject(row, setsOnly) : saved.edge
    let verdict: Verdict = saved === undefined ? NO : saved.verdict
    let condition: Verdict | null = saved === undefined ? null : saved.condition
    try {
      while (edge !== NONE && verdict !== YES) {
        if (edge === UNLOADED) return this.#evaluation.lack()
        if (condition !== null || this.#counts(edge, relation)) {
          const subject = snapshot.subjectOf(edge)
          const target = targets[snapshot.kindOf(subject)] as MemberId
          condition ??= target === NO_MEMBER ? NO : this.#evaluation.condition(edge)
          if (condition !== NO) {
            const beyond = this.#beyond(scope, subject, target)
            verdict = union(verdict, intersect(condition, beyond))
          }
        }
        condition = null
        edge = snapshot.nextSubject(row, edge, setsOnly)
      }
      return verdict
    } catch (error) {
      throw this.#trail.leave<AtEdge>(error, { edge, verdict, condition, some: false })
    }
  }

  /** Every relationship that counts must lead there, and there must be one: a condition fails it. */
  #all(scope: RuleScope): Verdict {
    const { row, relation, targets, setsOnly } = scope
    const { snapshot } = this.#evaluation
    const saved = this.#trail.take<AtEdge>()
    let edge = saved === undefined ? snapshot.firstSubject(row, setsOnly) : saved.edge
    let { verdict, condition, some } = saved ?? ALL
    try {
      while (edge !== NONE && verdict !== NO) {
        if (edge === UNLOADED) return this.#evaluation.lack()
        if (condition !== null || this.#counts(edge, relation)) {
          some = true
          const subject = snapshot.subjectOf(edge)
          const target = targets[snapshot.kindOf(subject)] as MemberId
          condition ??= target === NO_MEMBER ? NO : this.#evaluation.condition(edge)
          const beyond = condition === NO ? NO : this.#beyond(scope, subject, target)
          verdict = intersect(verdict, intersect(condition, beyond))
        }
        condition = null
        edge = snapshot.nextSubject(row, edge, setsOnly)
      }
      return some ? verdict : NO
    } catch (error) {
      throw this.#trail.leave<AtEdge>(error, { edge, verdict, condition, some })
    }
  }

  #counts(edge: EdgeId, relation: MemberId): boolean {
    this.#budget.pause()
    return this.#evaluation.counts(edge, relation)
  }

  /** The sub-question on a relationship's subject. */
  #beyond({ setsOnly, negated }: RuleScope, subject: NodeId, target: MemberId): Verdict {
    const { snapshot, schemaIndex } = this.#evaluation
    // A set that a relation makes is named by the very node that is the relation's row.
    return setsOnly && schemaIndex.relation[target] === 1
      ? this.#verdicts.ofRow(subject, target, negated)
      : this.#verdicts.of(snapshot.objectOf(subject), target, negated)
  }
}

/** Of every relationship, before the first one. */
const ALL: Omit<AtEdge, 'edge'> = { verdict: YES, condition: null, some: false }

type Operands = Expression & { readonly kind: 'union' | 'intersection' }
type Exclusion = Expression & { readonly kind: 'exclusion' }
