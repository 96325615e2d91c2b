// The budget of one evaluation. Without it, nested comprehensions over a large context could take
// hours. Every operation spends steps, and an exhausted budget refuses the evaluation as a whole,
// even where CEL would ignore a failure of one operand.

import { limits, Refusal } from '../../terms/index.js'

/** The steps that one evaluation may still take, at most 100 ns each. */
export class Budget {
  readonly #caveat: string
  #remaining: number = limits.caveatStepsMax

  constructor(caveat: string) {
    this.#caveat = caveat
  }

  /** The steps that were taken, at most the initial number. */
  get spent(): number {
    return limits.caveatStepsMax - Math.max(0, this.#remaining)
  }

  /**
   * Takes steps from the budget.
   * @throws Refusal `caveat-evaluation` when the steps are used up
   */
  spend(steps: number): void {
    this.#remaining -= steps
    if (this.#remaining >= 0) return
    throw new Refusal(
      'caveat-evaluation',
      `caveat \`${this.#caveat}\` takes more than ${limits.caveatStepsMax} steps to evaluate`,
      { caveat_name: this.#caveat },
    )
  }
}
