// Rows that a question needs, and which of them are there: each place where rows are looked for gives
// some, and the next is asked for the rest.

import { assert, type Row, type Want } from '../terms/index.js'

export class Batch {
  readonly #wants: readonly Want[]
  readonly #rows: (Row | null)[]
  /** Positions of those that are not there. */
  #open: readonly number[]

  constructor(wants: readonly Want[]) {
    this.#wants = wants
    this.#rows = wants.map(() => null)
    this.#open = [...wants.keys()]
  }

  get missing(): readonly Want[] {
    return this.#open.map(position => this.#wants[position])
  }

  /** All of them, in the order of the wants. */
  get rows(): readonly Row[] {
    assert(this.#open.length === 0, 'every row was looked for until it was there')
    return this.#rows as Row[]
  }

  /** Takes one for each that is missing, in their order, or null. How many there were. */
  fill(found: readonly (Row | null)[]): number {
    const before = this.#open.length
    assert(found.length === before, 'a row or null for each that is missing')
    for (const [i, position] of this.#open.entries()) this.#rows[position] = found[i]
    this.#open = this.#open.filter(position => this.#rows[position] === null)
    return before - this.#open.length
  }
}
