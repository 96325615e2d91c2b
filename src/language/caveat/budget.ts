// Bounds the work of one evaluation: comprehensions over comprehensions over a large context could
// take hours otherwise. Every operation pays; who cannot pay any more is refused as a whole, also
// where a failure of one operand would be decided without it.

import { limits, Refusal } from '../../terms/index.js'

export class Budget {
  readonly #caveat: string
  #left: number = limits.caveatStepsMax

  constructor(caveat: string) {
    this.#caveat = caveat
  }

  /** Steps so far, no more than there were. */
  get spent(): number {
    return limits.caveatStepsMax - Math.max(0, this.#left)
  }

  /** @throws Refusal `caveat-evaluation` when the steps are used up */
  spend(steps: number): void {
    this.#left -= steps
    if (this.#left >= 0) return
    throw new Refusal(
      'caveat-evaluation',
      `caveat \`${this.#caveat}\` takes more than ${limits.caveatStepsMax} steps to evaluate`,
      { caveat_name: this.#caveat },
    )
  }
}
