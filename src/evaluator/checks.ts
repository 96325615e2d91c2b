// Checks of many resources or permissions for one subject, which share what they find out: one walk
// for all of them, and where it leaves one open, that check by itself, from which the walk learns.

import type { MemberId } from '../language/index.js'
import { type CheckOutcome, toOutcome, verdictOf } from './check.js'
import type { Inquiry } from './inquiry.js'
import type { ObjectId } from './snapshot.js'
import { PENDING, type Verdict } from './verdict.js'
import { Walk } from './walk.js'

/** Verdicts that are shared before they are forgotten together: some 10 MB. */
const SHARED_MAX = 100_000

export class Checks {
  readonly #inquire: () => Inquiry
  readonly #inquiry: Inquiry
  #walk: Walk

  /** @param inquire makes an inquiry about the subject, each time the same */
  constructor(inquire: () => Inquiry) {
    this.#inquire = inquire
    this.#inquiry = inquire()
    this.#walk = new Walk(this.#inquiry)
  }

  /** Relationships and sub-questions looked at since `rest`. */
  get work(): number {
    return this.#inquiry.work
  }

  /** Whether one of them was left open because rows are not loaded. */
  get isLacking(): boolean {
    return this.#inquiry.lacking
  }

  /** What was left open is looked at again: rows may have been loaded since. */
  again(): void {
    this.#inquiry.lacking = false
    this.#walk.reopen()
  }

  /** The bound on work begins anew. */
  rest(): void {
    this.#inquiry.work = 0
  }

  /** @throws Refusal as `check` does */
  of(object: ObjectId, member: MemberId): CheckOutcome {
    const verdict = this.#shared(object, member)
    if (verdict !== PENDING || this.#inquiry.lacking) return toOutcome(this.#inquiry, verdict)
    return this.#alone(object, member)
  }

  /** A walk that was refused stands wherever that was: nothing is learned from it. */
  #shared(object: ObjectId, member: MemberId): Verdict {
    if (this.#walk.size > SHARED_MAX) this.#walk = new Walk(this.#inquiry)
    try {
      return this.#walk.of(object, member)
    } catch (error) {
      this.#walk = new Walk(this.#inquiry)
      throw error
    }
  }

  /** Circles and faults are for a check by itself: they depend on all that one has met. */
  #alone(object: ObjectId, member: MemberId): CheckOutcome {
    const inquiry = this.#inquire()
    inquiry.work = this.#inquiry.work
    try {
      return verdictOf(inquiry, object, member, this.#walk)
    } finally {
      this.#inquiry.work = inquiry.work
      if (inquiry.lacking) this.#inquiry.lack()
    }
  }
}
