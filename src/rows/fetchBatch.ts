// Rows that a question needs, and which of them are there: each place where rows are looked for gives
// some, and the next is asked for the rest. Of a place that nothing is known of, its first subjects are
// wanted together with what would be needed if they were not all; if they are, they say the rest.

import {
  assert,
  type Fetch,
  printIdentity,
  type RelationshipList,
  writeKeyOf,
} from '../terms/index.js'

export class FetchBatch {
  readonly #fetches: readonly Fetch[]
  readonly #rows: (RelationshipList | null)[]
  /** Positions of the first subjects of places. */
  readonly #firsts = new Map<string, number>()
  /** Positions of those that are not there. */
  #open: readonly number[]

  constructor(fetches: readonly Fetch[]) {
    this.#fetches = fetches
    this.#rows = fetches.map(() => null)
    this.#open = [...fetches.keys()]
    for (const [position, fetch] of fetches.entries()) {
      if (fetch.kind === 'some' && fetch.after === null)
        this.#firsts.set(writeKeyOf(fetch), position)
    }
  }

  /** Positions of what is not there. */
  get open(): readonly number[] {
    return this.#open
  }

  get missing(): readonly Fetch[] {
    return this.#open.map(position => this.#fetches[position])
  }

  /** All of them, in the order of the wants. */
  get rows(): readonly RelationshipList[] {
    assert(this.#open.length === 0, 'every row was looked for until it was there')
    return this.#rows as RelationshipList[]
  }

  /** Takes one for each that is missing, in their order, or null. How many that made. */
  fill(found: readonly (RelationshipList | null)[]): number {
    const before = this.#open.length
    assert(found.length === before, 'a row or null for each that is missing')
    for (const [i, position] of this.#open.entries()) this.#rows[position] = found[i]
    for (const position of this.#open) this.#rows[position] ??= this.#partOfWhole(position)
    this.#open = this.#open.filter(position => this.#rows[position] === null)
    return before - this.#open.length
  }

  /** Whether another row of the batch says all that this one does: nobody will ask for it. */
  isPart(position: number): boolean {
    return this.#wholeOf(position) !== null
  }

  #partOfWhole(position: number): RelationshipList | null {
    const whole = this.#wholeOf(position)
    return whole && { ...whole, relationships: partOf(whole, this.#fetches[position]) }
  }

  /** All of a place, if it is small, for what is wanted of a part of it. */
  #wholeOf(position: number): RelationshipList | null {
    const fetch = this.#fetches[position]
    if (fetch.kind !== 'one' && (fetch.kind !== 'sets' || fetch.after !== null)) return null
    const row = this.#rows[this.#firsts.get(writeKeyOf(fetch)) ?? -1] ?? null
    return row?.complete ? row : null
  }
}

function partOf(
  { relationships }: RelationshipList,
  fetch: Fetch,
): RelationshipList['relationships'] {
  if (fetch.kind !== 'one') return relationships.filter(({ subject }) => subject.relation !== '')
  const wanted = printIdentity(fetch.identity)
  return relationships.filter(each => printIdentity(each) === wanted)
}
