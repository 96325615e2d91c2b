// The fast solver: straight down, depth first, each sub-question once. Three things can keep it
// from a verdict: a sub-question that is still open above it, because the data has a cycle; nesting
// too deep for the stack; and a row that is not loaded. It then says PENDING and goes on. By the
// algebra of verdicts, every definite verdict that it derives holds whatever the pending parts turn
// out to be. The fixpoint (fixpoint.ts) solves what stays pending.
//
// Invariant: a verdict in `found` other than PENDING is final, whatever was cut short on the way.

import type { MemberId } from '../language/index.js'
import type { EvaluationContext } from './evaluationContext.js'
import { Rules, type Verdicts } from './rules.js'
import { NONE, type NodeId, type ObjectId } from './snapshot.js'
import { NO, PENDING, type Verdict } from './verdict.js'

/** Stack frames between a sub-question and the next, besides one for each nested operator. */
const FRAMES = 4
/**
 * The greatest number of stack frames. Each takes some 200 bytes, measured, so this is 700 kB of
 * the default 984 kB; the caller has the rest.
 */
const FRAMES_MAX = 3500

export class Walk implements Verdicts {
  readonly #evaluation: EvaluationContext
  readonly #rules: Rules
  readonly #found = new Map<number, Verdict>()
  /** The keys of sub-questions left open. */
  readonly #open: number[] = []
  readonly #framesMax: number
  #depth = -1
  #frames = 0

  constructor(evaluation: EvaluationContext) {
    this.#evaluation = evaluation
    this.#rules = new Rules(evaluation, this)
    this.#framesMax = FRAMES_MAX / evaluation.nestedWalks
  }

  /** The number of verdicts kept. */
  get size(): number {
    return this.#found.size
  }

  of(object: ObjectId, member: MemberId): Verdict {
    const shortcut = this.#evaluation.shortcut(object, member)
    if (shortcut !== PENDING) return shortcut
    if (this.#evaluation.schemaIndex.relation[member] === 0) return this.#enter(object, member)
    const row = this.#evaluation.row(object, member)
    return row === NONE ? NO : this.#enter(row, member)
  }

  ofRow(row: NodeId, relation: MemberId): Verdict {
    const shortcut = this.#evaluation.shortcutRow(row, relation)
    return shortcut === PENDING ? this.#enter(row, relation) : shortcut
  }

  /** The verdict if the walk has settled it, else PENDING. */
  settled(object: ObjectId, member: MemberId): Verdict {
    if (this.#evaluation.schemaIndex.relation[member] === 0) return this.#known(object, member)
    const row = this.#evaluation.row(object, member)
    return row === NONE ? NO : this.#known(row, member)
  }

  /** Records a final verdict that another solver found. */
  learn(object: ObjectId, member: MemberId, verdict: Verdict): void {
    const isRelation = this.#evaluation.schemaIndex.relation[member] === 1
    const rowOrObject = isRelation ? this.#evaluation.row(object, member) : object
    if (rowOrObject !== NONE) this.#found.set(this.#keyOf(rowOrObject, member), verdict)
  }

  /** Forgets the sub-questions left open, so that they are evaluated again. */
  reopen(): void {
    for (const key of this.#open) if (this.#found.get(key) === PENDING) this.#found.delete(key)
    this.#open.length = 0
  }

  #known(rowOrObject: ObjectId | NodeId, member: MemberId): Verdict {
    return this.#found.get(this.#keyOf(rowOrObject, member)) ?? PENDING
  }

  /** @param rowOrObject the row of a relation, or the object of a permission */
  #enter(rowOrObject: ObjectId | NodeId, member: MemberId): Verdict {
    const { schemaIndex, circumstances } = this.#evaluation
    if (this.#depth >= circumstances.depthMax) return this.#known(rowOrObject, member)
    if (schemaIndex.flat[member] === 1) return this.#rules.row(rowOrObject as NodeId, member)
    const key = this.#keyOf(rowOrObject, member)
    const found = this.#found.get(key)
    if (found !== undefined) return found
    const frames = FRAMES + schemaIndex.nesting[member]
    if (this.#frames + frames > this.#framesMax) return PENDING
    this.#found.set(key, PENDING)
    this.#depth++
    this.#frames += frames
    let verdict: Verdict
    try {
      verdict = this.#derive(rowOrObject, member)
    } catch (error) {
      // Evaluation stopped before its end, so nothing is known.
      this.#found.delete(key)
      this.#frames -= frames
      this.#depth--
      throw error
    }
    this.#frames -= frames
    this.#depth--
    if (verdict === PENDING) this.#open.push(key)
    else this.#found.set(key, verdict)
    return verdict
  }

  #derive(rowOrObject: ObjectId | NodeId, member: MemberId): Verdict {
    return this.#evaluation.schemaIndex.relation[member] === 1
      ? this.#rules.row(rowOrObject as NodeId, member)
      : this.#rules.derive(rowOrObject as ObjectId, member)
  }

  /**
   * The key of a sub-question. A row is its own key, because its kind includes the relation.
   * Permissions use negative numbers, computed without `~` because keys may have more than 32 bits.
   */
  #keyOf(rowOrObject: ObjectId | NodeId, member: MemberId): number {
    const { schemaIndex } = this.#evaluation
    return schemaIndex.relation[member] === 1
      ? rowOrObject
      : -1 - this.#evaluation.keyOf(rowOrObject as ObjectId, member)
  }
}
