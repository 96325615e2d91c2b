// The fast way: straight down, depth first, each sub-question once. Where the walk cannot know (a
// sub-question that is still open above it, because the data runs in a circle; a nesting too deep
// for the stack; a row not loaded) it says PENDING and goes on: by the algebra, what it then finds
// definite is so whatever the pending parts are. What stays pending is for the fixpoint.
// Invariant: a verdict other than PENDING in `found` is final, no matter what was cut on the way.

import type { MemberId } from '../language/index.js'
import type { EvaluationContext } from './evaluationContext.js'
import { Rules, type Verdicts } from './rules.js'
import { NONE, type NodeId, type ObjectId } from './snapshot.js'
import { NO, PENDING, type Verdict } from './verdict.js'

/** Calls between one sub-question and the next, besides those for nested operators. */
const FRAMES = 4
/** Of some 200 bytes each, measured: 700 kB of the default 984, the rest is the caller's. */
const FRAMES_MAX = 3500

export class Walk implements Verdicts {
  readonly #evaluation: EvaluationContext
  readonly #rules: Rules
  readonly #found = new Map<number, Verdict>()
  /** Keys of what was left open. */
  readonly #open: number[] = []
  readonly #framesMax: number
  #depth = -1
  #frames = 0

  constructor(evaluation: EvaluationContext) {
    this.#evaluation = evaluation
    this.#rules = new Rules(evaluation, this)
    this.#framesMax = FRAMES_MAX / evaluation.nestedWalks
  }

  /** Verdicts that it keeps. */
  get size(): number {
    return this.#found.size
  }

  of(object: ObjectId, member: MemberId): Verdict {
    const glance = this.#evaluation.shortcut(object, member)
    if (glance !== PENDING) return glance
    if (this.#evaluation.schemaIndex.relation[member] === 0) return this.#enter(object, member)
    const row = this.#evaluation.row(object, member)
    return row === NONE ? NO : this.#enter(row, member)
  }

  ofRow(row: NodeId, relation: MemberId): Verdict {
    const glance = this.#evaluation.shortcutRow(row, relation)
    return glance === PENDING ? this.#enter(row, relation) : glance
  }

  /** A verdict that the walk has settled, or PENDING. */
  settled(object: ObjectId, member: MemberId): Verdict {
    if (this.#evaluation.schemaIndex.relation[member] === 0) return this.#known(object, member)
    const row = this.#evaluation.row(object, member)
    return row === NONE ? NO : this.#known(row, member)
  }

  /** Takes a final verdict from elsewhere. */
  learn(object: ObjectId, member: MemberId, verdict: Verdict): void {
    const isRelation = this.#evaluation.schemaIndex.relation[member] === 1
    const place = isRelation ? this.#evaluation.row(object, member) : object
    if (place !== NONE) this.#found.set(this.#keyOf(place, member), verdict)
  }

  /** Forgets what it has left open, so that it is looked at again. */
  reopen(): void {
    for (const key of this.#open) if (this.#found.get(key) === PENDING) this.#found.delete(key)
    this.#open.length = 0
  }

  #known(place: ObjectId | NodeId, member: MemberId): Verdict {
    return this.#found.get(this.#keyOf(place, member)) ?? PENDING
  }

  /** @param place the row of a relation, the object of a permission */
  #enter(place: ObjectId | NodeId, member: MemberId): Verdict {
    const { schemaIndex, circumstances } = this.#evaluation
    if (this.#depth >= circumstances.depthMax) return this.#known(place, member)
    if (schemaIndex.flat[member] === 1) return this.#rules.row(place as NodeId, member)
    const key = this.#keyOf(place, member)
    const found = this.#found.get(key)
    if (found !== undefined) return found
    const frames = FRAMES + schemaIndex.nesting[member]
    if (this.#frames + frames > this.#framesMax) return PENDING
    this.#found.set(key, PENDING)
    this.#depth++
    this.#frames += frames
    let verdict: Verdict
    try {
      verdict = this.#derive(place, member)
    } catch (error) {
      // Nothing is known of what was not gone through to its end.
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

  #derive(place: ObjectId | NodeId, member: MemberId): Verdict {
    return this.#evaluation.schemaIndex.relation[member] === 1
      ? this.#rules.row(place as NodeId, member)
      : this.#rules.derive(place as ObjectId, member)
  }

  /**
   * Rows stand for themselves: their relation is part of them. Permissions count downwards, and not
   * by `~`: keys may have more than 32 bits.
   */
  #keyOf(place: ObjectId | NodeId, member: MemberId): number {
    const { schemaIndex } = this.#evaluation
    return schemaIndex.relation[member] === 1
      ? place
      : -1 - this.#evaluation.keyOf(place as ObjectId, member)
  }
}
