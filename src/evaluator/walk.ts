// The fast way: straight down, depth first, each sub-question once. Where the walk cannot know (a
// sub-question that is still open above it, because the data runs in a circle; a nesting too deep
// for the stack; a row not loaded) it says PENDING and goes on: by the algebra, what it then finds
// definite is so whatever the pending parts are. What stays pending is for the fixpoint.
// Invariant: a verdict other than PENDING in `found` is final, no matter what was cut on the way.

import type { MemberId } from '../language/index.js'
import type { Inquiry } from './inquiry.js'
import { Rules, type Verdicts } from './rules.js'
import type { ObjectId } from './snapshot.js'
import { PENDING, type Verdict } from './verdict.js'

/** Calls between one sub-question and the next, besides those for nested operators. */
const FRAMES = 4
/** Of some 200 bytes each, measured: 700 kB of the default 984, the rest is the caller's. */
const FRAMES_MAX = 3500

export class Walk implements Verdicts {
  readonly #inquiry: Inquiry
  readonly #rules: Rules
  readonly #found = new Map<number, Verdict>()
  #depth = -1
  #frames = 0

  constructor(inquiry: Inquiry) {
    this.#inquiry = inquiry
    this.#rules = new Rules(inquiry, this)
  }

  of(object: ObjectId, member: MemberId): Verdict {
    const { binding, question } = this.#inquiry
    const glance = this.#inquiry.glance(object, member)
    if (glance !== PENDING) return glance
    if (this.#depth >= question.depthMax) return this.settled(object, member)
    if (binding.flat[member] === 1) return this.#rules.derive(object, member)
    const key = this.#inquiry.keyOf(object, member)
    const found = this.#found.get(key)
    if (found !== undefined) return found
    const frames = FRAMES + binding.nesting[member]
    if (this.#frames + frames > FRAMES_MAX) return PENDING
    this.#found.set(key, PENDING)
    this.#depth++
    this.#frames += frames
    const verdict = this.#rules.derive(object, member)
    this.#frames -= frames
    this.#depth--
    if (verdict !== PENDING) this.#found.set(key, verdict)
    return verdict
  }

  /** A verdict that the walk has settled, or PENDING. */
  settled(object: ObjectId, member: MemberId): Verdict {
    return this.#found.get(this.#inquiry.keyOf(object, member)) ?? PENDING
  }
}
