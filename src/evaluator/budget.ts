// The budget of one question. Relationships read, sub-questions asked, caveat steps and the
// preparation of the schema for a kind of subject all draw on it, each at its own rate, so that the
// total bounds the time. The budget also notices the end of a time slice: it looks at the clock
// once in a number of units, and the walk stops at the next point where it can.

import { limits, Refusal } from '../terms/index.js'
import { ENDLESS, SLICE_OVER, type Turn } from './sliced.js'
import { Trail } from './trail.js'

/** The kinds of work that the budget counts. */
type Expense = 'relationships' | 'sub-questions' | 'caveat-steps' | 'schema-preparation'

export class WorkBudget {
  /** The trail of the walks that draw on this budget. */
  readonly trail = new Trail()
  readonly #workMax: number
  readonly #turn: Turn
  /** Units spent, of all kinds. */
  #work = 0
  /** The number of units at which the limit and the clock are checked next. */
  #nextCheck: number
  #isDue = false
  #subQuestions = 0
  #prepared = 0
  /** Caveat steps, which are not units: `limits.caveatStepRate` of them make one. */
  #caveatSteps = 0

  constructor(workMax: number, turn: Turn = ENDLESS) {
    this.#workMax = workMax
    this.#turn = turn
    this.#nextCheck = turn.stride < workMax ? turn.stride : workMax
  }

  /** Units spent so far. */
  get work(): number {
    return this.#work
  }

  /** Makes the whole budget available again. */
  renew(): void {
    this.#work = 0
    this.#subQuestions = 0
    this.#prepared = 0
    this.#caveatSteps = 0
    this.#nextCheck = Math.min(this.#workMax, this.#turn.stride)
  }

  /** Charges one relationship. @throws Refusal `work-exceeded` */
  read(): void {
    if (++this.#work > this.#nextCheck) this.#look()
  }

  /** Charges one sub-question. @throws Refusal `work-exceeded` */
  ask(): void {
    this.#subQuestions++
    if (++this.#work > this.#nextCheck) this.#look()
  }

  /** Charges steps of a caveat. @throws Refusal `work-exceeded` */
  evaluate(steps: number): void {
    const units = toUnits(this.#caveatSteps)
    this.#caveatSteps += steps
    this.#work += toUnits(this.#caveatSteps) - units
    if (this.#work > this.#nextCheck) this.#look()
  }

  /**
   * Charges the preparation of the schema.
   * @param members the members that were visited
   * @throws Refusal `work-exceeded`
   */
  prepare(members: number): void {
    const units = Math.ceil(members / limits.preparationRate)
    this.#prepared += units
    this.#work += units
    if (this.#work > this.#nextCheck) this.#look()
  }

  /** Marks a point at which the walk can stop. @throws SLICE_OVER if the slice has ended */
  pause(): void {
    if (!this.#isDue) return
    this.#isDue = false
    throw SLICE_OVER
  }

  /** The same for generators: returns whether to pause, and they yield by themselves. */
  takePause(): boolean {
    const isDue = this.#isDue
    this.#isDue = false
    return isDue
  }

  #look(): void {
    if (this.#work > this.#workMax) throw this.#exceeded()
    this.#nextCheck = Math.min(this.#workMax, this.#work + this.#turn.stride)
    this.#isDue = this.#turn.isOver()
  }

  /** The refusal, which names the kind of work that used the most units. */
  #exceeded(): Refusal {
    const caveats = toUnits(this.#caveatSteps)
    const shares: readonly (readonly [Expense, number])[] = [
      ['relationships', this.#work - this.#subQuestions - this.#prepared - caveats],
      ['sub-questions', this.#subQuestions],
      ['caveat-steps', caveats],
      ['schema-preparation', this.#prepared],
    ]
    const [most] = shares.toSorted(([, a], [, b]) => b - a)
    const [expense] = most
    return new Refusal(
      'work-exceeded',
      `work exceeded: the question takes more than ${this.#workMax} units of work, most of them ` +
        `for \`${expense}\``,
      { exceeded: expense, maximum_units_allowed: `${this.#workMax}` },
    )
  }
}

const toUnits = (caveatSteps: number): number => Math.floor(caveatSteps / limits.caveatStepRate)
