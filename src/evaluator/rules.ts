// The meaning of relations and permissions: the verdict of a member on an object, given the
// verdicts of the sub-questions that it leads to. Both solvers, the walk and the fixpoint, use
// these rules. They differ in where the verdicts of sub-questions come from. Evaluation of operands
// stops once the verdict can no longer change. A pending operand does not stop it, so that all
// missing rows are requested together. When a time slice ends, every active call saves its state on
// the trail (trail.ts).

import type { Expression, MemberId } from '../language/index.js'
import type { WorkBudget } from './budget.js'
import type { EvaluationContext } from './evaluationContext.js'
import { NO_MEMBER } from './schemaIndex.js'
import { type EdgeId, NONE, type NodeId, type ObjectId, UNLOADED } from './snapshot.js'
import type { Trail } from './trail.js'
import { intersect, NO, subtract, union, type Verdict, YES } from './verdict.js'

export interface Verdicts {
  /** The verdict of a sub-question. `negated` is true under an odd number of exclusions. */
  of(object: ObjectId, member: MemberId, negated: boolean): Verdict
  /**
   * The same for a relation whose row is already known: finding it again would be most of the work.
   */
  ofRow(row: NodeId, relation: MemberId, negated: boolean): Verdict
}

/** The sub-questions that the relationships of a row lead to. */
interface RuleScope {
  readonly row: NodeId
  readonly relation: MemberId
  /**
   * By the subject's kind: the member to evaluate on the subject's object, or NO_MEMBER for none.
   */
  readonly targets: Int32Array
  /** Whether only subject sets are followed, and plain objects left out. */
  readonly setsOnly: boolean
  readonly negated: boolean
}

/** The state of a pass over a row's relationships, saved when the slice ended. */
interface EdgeState {
  readonly edge: EdgeId
  readonly verdict: Verdict
  /** The verdict of the relationship's caveat; null if the relationship has not been read yet. */
  readonly condition: Verdict | null
  /** Whether at least one relationship counted. */
  readonly counted: boolean
}

interface OperandState {
  readonly position: number
  readonly verdict: Verdict
}

interface RowState {
  readonly direct: Verdict
}

const STARTED = true

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

  /**
   * Derives a verdict in one step: reads the object's relationships and asks for the sub-questions'
   * verdicts.
   */
  derive(object: ObjectId, member: MemberId): Verdict {
    const found = this.#evaluation.schemaIndex.schema.members[member]
    if (found.kind === 'permission') return this.#permission(object, found.expression)
    const row = this.#evaluation.row(object, member)
    return row === NONE ? NO : this.row(row, member)
  }

  /**
   * The verdict of a relation: yes if a relationship names the subject, the wildcard of its type,
   * or a subject set that contains it.
   */
  row(row: NodeId, relation: MemberId): Verdict {
    const { schemaIndex } = this.#evaluation
    const flat = schemaIndex.flat[relation] === 1
    const saved = flat ? undefined : this.#trail.resume<RowState>()
    const direct = saved === undefined ? this.#direct(row, relation) : saved.direct
    if (direct === YES || flat) return direct
    const targets = schemaIndex.members
    try {
      return union(direct, this.#any({ row, relation, targets, setsOnly: true, negated: false }))
    } catch (error) {
      throw this.#trail.save<RowState>(error, { direct })
    }
  }

  #direct(row: NodeId, relation: MemberId): Verdict {
    this.#budget.pause()
    this.#budget.ask()
    return this.#evaluation.direct(row, relation)
  }

  #permission(object: ObjectId, expression: Expression): Verdict {
    if (this.#trail.resume() === undefined) {
      this.#budget.pause()
      this.#budget.ask()
    }
    try {
      return this.#expression(object, expression, false)
    } catch (error) {
      throw this.#trail.save(error, STARTED)
    }
  }

  /** The verdict of an expression that is not part of another one. */
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
        const scope = { row, relation, targets, setsOnly: false, negated }
        if (!all) return this.#any(scope)
        return this.#evaluation.fullVerdicts === null
          ? this.#all(scope)
          : this.#ifOverall(object, expression, () => this.#any(scope))
      }
      case 'union':
        return this.#operands(object, expression, negated)
      case 'intersection': {
        if (this.#evaluation.fullVerdicts === null)
          return this.#operands(object, expression, negated)
        const anyOperand = { kind: 'union', operands: expression.operands } as const
        return this.#ifOverall(object, expression, () =>
          this.#operands(object, anyOperand, negated),
        )
      }
      case 'exclusion':
        return this.#exclusion(object, expression, negated)
    }
  }

  #operands(object: ObjectId, { kind, operands }: Operands, negated: boolean): Verdict {
    const isUnion = kind === 'union'
    const deciding = isUnion ? YES : NO
    const saved = this.#trail.resume<OperandState>()
    let verdict: Verdict = saved === undefined ? (isUnion ? NO : YES) : saved.verdict
    let position = saved === undefined ? 0 : saved.position
    try {
      for (; position < operands.length && verdict !== deciding; position++) {
        const found = this.#expression(object, operands[position], negated)
        verdict = isUnion ? union(verdict, found) : intersect(verdict, found)
      }
      return verdict
    } catch (error) {
      throw this.#trail.save<OperandState>(error, { position, verdict })
    }
  }

  #exclusion(object: ObjectId, { base, excluded }: Exclusion, negated: boolean): Verdict {
    const { fullVerdicts } = this.#evaluation
    const saved = this.#trail.resume<OperandState>()
    let verdict: Verdict = saved === undefined ? YES : saved.verdict
    let position = saved === undefined ? 0 : saved.position
    try {
      if (position === 0) verdict = this.#expression(object, base, negated)
      if (verdict === NO) return NO
      position = 1
      if (fullVerdicts !== null) return subtract(verdict, fullVerdicts.holds(object, excluded))
      return subtract(verdict, this.#expression(object, excluded, !negated))
    } catch (error) {
      throw this.#trail.save<OperandState>(error, { position, verdict })
    }
  }

  /**
   * The verdict by name (named.ts): the part that `byName` finds, as far as the whole expression
   * holds.
   */
  #ifOverall(object: ObjectId, expression: Expression, byName: () => Verdict): Verdict {
    const saved = this.#trail.resume<OperandState>()
    let verdict: Verdict = saved === undefined ? NO : saved.verdict
    let position = saved === undefined ? 0 : saved.position
    try {
      if (position === 0) verdict = byName()
      if (verdict === NO) return NO
      position = 1
      return intersect(verdict, this.#evaluation.fullVerdicts!.holds(object, expression))
    } catch (error) {
      throw this.#trail.save<OperandState>(error, { position, verdict })
    }
  }

  /**
   * The verdict of `relation->target`, or of subject sets. Subjects whose definition lacks the
   * target contribute nothing.
   */
  #any(scope: RuleScope): Verdict {
    const { row, relation, targets, setsOnly } = scope
    const { snapshot } = this.#evaluation
    const saved = this.#trail.resume<EdgeState>()
    let edge = saved === undefined ? snapshot.firstSubject(row, setsOnly) : saved.edge
    let verdict: Verdict = saved === undefined ? NO : saved.verdict
    let condition: Verdict | null = saved === undefined ? null : saved.condition
    try {
      while (edge !== NONE && verdict !== YES) {
        if (edge === UNLOADED) return this.#evaluation.noteUnloaded()
        if (condition !== null || this.#counts(edge, relation)) {
          const subject = snapshot.subjectOf(edge)
          const target = targets[snapshot.kindOf(subject)] as MemberId
          condition ??= target === NO_MEMBER ? NO : this.#evaluation.condition(edge)
          if (condition !== NO) {
            const reached = this.#targetVerdict(scope, subject, target)
            verdict = union(verdict, intersect(condition, reached))
          }
        }
        condition = null
        edge = snapshot.nextSubject(row, edge, setsOnly)
      }
      return verdict
    } catch (error) {
      throw this.#trail.save<EdgeState>(error, { edge, verdict, condition, counted: false })
    }
  }

  /**
   * The verdict of `relation.all(target)`: at least one relationship counts, and each that does
   * leads to a yes. A relationship whose caveat fails makes it a no.
   */
  #all(scope: RuleScope): Verdict {
    const { row, relation, targets, setsOnly } = scope
    const { snapshot } = this.#evaluation
    const saved = this.#trail.resume<EdgeState>()
    let edge = saved === undefined ? snapshot.firstSubject(row, setsOnly) : saved.edge
    let { verdict, condition, counted } = saved ?? BEFORE_FIRST
    try {
      while (edge !== NONE && verdict !== NO) {
        if (edge === UNLOADED) return this.#evaluation.noteUnloaded()
        if (condition !== null || this.#counts(edge, relation)) {
          counted = true
          const subject = snapshot.subjectOf(edge)
          const target = targets[snapshot.kindOf(subject)] as MemberId
          condition ??= target === NO_MEMBER ? NO : this.#evaluation.condition(edge)
          const reached = condition === NO ? NO : this.#targetVerdict(scope, subject, target)
          verdict = intersect(verdict, intersect(condition, reached))
        }
        condition = null
        edge = snapshot.nextSubject(row, edge, setsOnly)
      }
      return counted ? verdict : NO
    } catch (error) {
      throw this.#trail.save<EdgeState>(error, { edge, verdict, condition, counted })
    }
  }

  #counts(edge: EdgeId, relation: MemberId): boolean {
    this.#budget.pause()
    return this.#evaluation.counts(edge, relation)
  }

  /** The verdict of the sub-question on a relationship's subject. */
  #targetVerdict({ setsOnly, negated }: RuleScope, subject: NodeId, target: MemberId): Verdict {
    const { snapshot, schemaIndex } = this.#evaluation
    // The node of a subject set is also the row of the relation that defines the set.
    return setsOnly && schemaIndex.relation[target] === 1
      ? this.#verdicts.ofRow(subject, target, negated)
      : this.#verdicts.of(snapshot.objectOf(subject), target, negated)
  }
}

/** The state of `#all` before the first relationship. */
const BEFORE_FIRST: Omit<EdgeState, 'edge'> = { verdict: YES, condition: null, counted: false }

type Operands = Expression & { readonly kind: 'union' | 'intersection' }
type Exclusion = Expression & { readonly kind: 'exclusion' }
