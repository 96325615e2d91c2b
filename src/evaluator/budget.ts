// What one question may cost: relationships that it reads, sub-questions that it asks, steps of its
// caveats and the preparation of the schema for its kind of subject all draw on one budget, each at
// its own rate, so that the whole is a bound on time. It also tells when the slice is over: the clock
// is looked at once in a number of units, and the walk stops at the next point where it can.

import { limits, Refusal } from '../terms/index.js'
import { ENDLESS, SLICE_OVER, type Turn } from './sliced.js'
import { Trail } from './trail.js'

/** What work goes into. */
export type Expense = 'relationships' | 'sub-questions' | 'caveat-steps' | 'schema-preparation'

export class WorkBudget {
  /** Of the walks that draw on this budget. */
  readonly trail = new Trail()
  readonly #workMax: number
  readonly #turn: Turn
  /** Units, of all kinds. */
  #work = 0
  /** As much work as this is done without a look. */
  #unseen: number
  #isDue = false
  #asked = 0
  #prepared = 0
  /** Not in units. */
  #caveatSteps = 0

  constructor(workMax: number, turn: Turn = ENDLESS) {
    this.#workMax = workMax
    this.#turn = turn
    this.#unseen = turn.stride < workMax ? turn.stride : workMax
  }

  /** Units spent so far. */
  get work(): number {
    return this.#work
  }

  /** Everything may be spent again. */
  renew(): void {
    this.#work = 0
    this.#asked = 0
    this.#prepared = 0
    this.#caveatSteps = 0
    this.#unseen = Math.min(this.#workMax, this.#turn.stride)
  }

  /** One relationship. @throws Refusal `work-exceeded` */
  read(): void {
    if (++this.#work > this.#unseen) this.#look()
  }

  /** One sub-question. @throws Refusal `work-exceeded` */
  ask(): void {
    this.#asked++
    if (++this.#work > this.#unseen) this.#look()
  }

  /** @throws Refusal `work-exceeded` */
  evaluate(steps: number): void {
    const units = toUnits(this.#caveatSteps)
    this.#caveatSteps += steps
    this.#work += toUnits(this.#caveatSteps) - units
    if (this.#work > this.#unseen) this.#look()
  }

  /** @param members of the schema that were gone through @throws Refusal `work-exceeded` */
  prepare(members: number): void {
    const units = Math.ceil(members / limits.preparationRate)
    this.#prepared += units
    this.#work += units
    if (this.#work > this.#unseen) this.#look()
  }

  /** A point where the walk can stop. @throws SLICE_OVER */
  pause(): void {
    if (!this.#isDue) return
    this.#isDue = false
    throw SLICE_OVER
  }

  /** The same for generators, which pause by themselves. */
  takePause(): boolean {
    const isDue = this.#isDue
    this.#isDue = false
    return isDue
  }

  #look(): void {
    if (this.#work > this.#workMax) throw this.#exceeded()
    this.#unseen = Math.min(this.#workMax, this.#work + this.#turn.stride)
    this.#isDue = this.#turn.isOver()
  }

  /** Named by what took the most. */
  #exceeded(): Refusal {
    const caveats = toUnits(this.#caveatSteps)
    const shares: readonly (readonly [Expense, number])[] = [
      ['relationships', this.#work - this.#asked - this.#prepared - caveats],
      ['sub-questions', this.#asked],
      ['caveat-steps', caveats],
      ['schema-preparation', this.#prepared],
    ]
    const [most] = shares.toSorted(([, a], [, b]) => b - a)
    const [expense] = most
    return new Refusal(
      'work-exceeded',
      `work exceeded: the question takes more than ${this.#workMax} units of work, most of them for \`${expense}\``,
      { exceeded: expense, maximum_units_allowed: `${this.#workMax}` },
    )
  }
}

const toUnits = (caveatSteps: number): number => Math.floor(caveatSteps / limits.caveatStepRate)
