// What relations and permissions mean: the verdict of a member on an object, given the verdicts of
// the sub-questions it leads to. Both ways of solving use these rules; they differ in where the
// verdicts of sub-questions come from. Operands are left out once the verdict can no longer change;
// a pending one does not stop the others, so that all missing rows are asked for at once.

import type { Expression, MemberId } from '../language/index.js'
import { NO_MEMBER } from './binding.js'
import type { Inquiry } from './inquiry.js'
import { type EdgeId, NONE, type NodeId, type ObjectId, UNLOADED } from './snapshot.js'
import { intersect, NO, subtract, union, type Verdict, YES } from './verdict.js'

export interface Verdicts {
  /** The verdict of a sub-question; `negated` if it stands under an odd number of exclusions. */
  of(object: ObjectId, member: MemberId, negated: boolean): Verdict
  /** The same for a relation whose row is at hand: finding it again would be most of the work. */
  ofRow(row: NodeId, relation: MemberId, negated: boolean): Verdict
}

/** From the relationships of a row to sub-questions on their subjects. */
interface Passage {
  readonly row: NodeId
  readonly relation: MemberId
  /** By the subject's kind: what is asked of its object; NO_MEMBER for nothing. */
  readonly targets: Int32Array
  /** Whether subjects that are objects themselves are left out. */
  readonly setsOnly: boolean
  readonly negated: boolean
}

export class Rules {
  readonly #inquiry: Inquiry
  readonly #verdicts: Verdicts

  constructor(inquiry: Inquiry, verdicts: Verdicts) {
    this.#inquiry = inquiry
    this.#verdicts = verdicts
  }

  /** One step: reads relationships of the object, and asks for the verdicts of the rest. */
  derive(object: ObjectId, member: MemberId): Verdict {
    const found = this.#inquiry.binding.schema.members[member]
    if (found.kind === 'permission') {
      this.#inquiry.spend()
      return this.expression(object, found.expression)
    }
    const row = this.#inquiry.row(object, member)
    return row === NONE ? NO : this.row(row, member)
  }

  /** The subject is named, or all of its type are, or it is in a set that is named. */
  row(row: NodeId, relation: MemberId): Verdict {
    const { binding } = this.#inquiry
    this.#inquiry.spend()
    const direct = this.#inquiry.direct(row, relation)
    if (direct === YES || binding.flat[relation] === 1) return direct
    const targets = binding.members
    return union(direct, this.#any({ row, relation, targets, setsOnly: true, negated: false }))
  }

  /** @param negated whether it stands under an odd number of exclusions */
  expression(object: ObjectId, expression: Expression, negated = false): Verdict {
    const { truth } = this.#inquiry
    switch (expression.kind) {
      case 'nil':
        return NO
      case 'self':
        return this.#inquiry.isSubject(object) ? YES : NO
      case 'member':
        return this.#verdicts.of(object, expression.member, negated)
      case 'arrow': {
        const { relation, target, all } = expression
        const row = this.#inquiry.row(object, relation)
        if (row === NONE) return NO
        const targets = this.#inquiry.binding.targets(target)
        const passage = { row, relation, targets, setsOnly: false, negated }
        if (!all) return this.#any(passage)
        return truth === null
          ? this.#all(passage)
          : this.#ifTrue(object, expression, this.#any(passage))
      }
      case 'union':
        return this.#some(object, expression.operands, negated)
      case 'intersection': {
        if (truth !== null) {
          return this.#ifTrue(object, expression, this.#some(object, expression.operands, negated))
        }
        let verdict: Verdict = YES
        for (const operand of expression.operands) {
          verdict = intersect(verdict, this.expression(object, operand, negated))
          if (verdict === NO) break
        }
        return verdict
      }
      case 'exclusion': {
        const base = this.expression(object, expression.base, negated)
        if (base === NO) return NO
        const { excluded } = expression
        return subtract(
          base,
          truth === null
            ? this.expression(object, excluded, !negated)
            : truth.of(object, excluded),
        )
      }
    }
  }

  #some(object: ObjectId, operands: readonly Expression[], negated: boolean): Verdict {
    let verdict: Verdict = NO
    for (const operand of operands) {
      verdict = union(verdict, this.expression(object, operand, negated))
      if (verdict === YES) break
    }
    return verdict
  }

  /** What of the verdict holds if the whole expression does: of who is named in a part of it. */
  #ifTrue(object: ObjectId, expression: Expression, verdict: Verdict): Verdict {
    if (verdict === NO) return NO
    return intersect(verdict, this.#inquiry.truth!.of(object, expression))
  }

  /** Subjects without the target contribute nothing. */
  #any(passage: Passage): Verdict {
    const { row, relation, setsOnly } = passage
    const { snapshot } = this.#inquiry
    let verdict: Verdict = NO
    let edge = snapshot.firstSubject(row, setsOnly)
    while (edge !== NONE && verdict !== YES) {
      if (edge === UNLOADED) return this.#inquiry.lack()
      if (this.#inquiry.counts(edge, relation)) {
        verdict = union(verdict, this.#beyond(passage, edge))
      }
      edge = snapshot.nextSubject(row, edge, setsOnly)
    }
    return verdict
  }

  /** Every relationship that counts must lead there, and there must be one: a condition fails it. */
  #all(passage: Passage): Verdict {
    const { row, relation, setsOnly } = passage
    const { snapshot } = this.#inquiry
    let verdict: Verdict = YES
    let some = false
    let edge = snapshot.firstSubject(row, setsOnly)
    while (edge !== NONE && verdict !== NO) {
      if (edge === UNLOADED) return this.#inquiry.lack()
      if (this.#inquiry.counts(edge, relation)) {
        some = true
        verdict = intersect(verdict, this.#beyond(passage, edge))
      }
      edge = snapshot.nextSubject(row, edge, setsOnly)
    }
    return some ? verdict : NO
  }

  /** What the relationship lets through: its condition, and the sub-question on its subject. */
  #beyond({ targets, setsOnly, negated }: Passage, edge: EdgeId): Verdict {
    const { snapshot, binding } = this.#inquiry
    const subject = snapshot.subjectOf(edge)
    const target = targets[snapshot.kindOf(subject)] as MemberId
    if (target === NO_MEMBER) return NO
    const condition = this.#inquiry.condition(edge)
    if (condition === NO) return NO
    // A set that a relation makes is named by the very node that is the relation's row.
    const verdict =
      setsOnly && binding.relation[target] === 1
        ? this.#verdicts.ofRow(subject, target, negated)
        : this.#verdicts.of(snapshot.objectOf(subject), target, negated)
    return intersect(condition, verdict)
  }
}
