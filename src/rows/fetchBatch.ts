// The fetches of one batch and the rows found for them so far. Each source in turn is asked for the
// rows that are still missing.
// A question about a userset may fetch its first subjects together with what it would need if these
// were not all: the single relationship and the subject sets. If the first subjects turn out to be
// complete, they answer these other fetches as well.

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
  /** The index of the fetch for the first subjects of each userset. */
  readonly #firsts = new Map<string, number>()
  /** The indexes of the fetches whose rows are missing. */
  #missing: readonly number[]

  constructor(fetches: readonly Fetch[]) {
    this.#fetches = fetches
    this.#rows = fetches.map(() => null)
    this.#missing = [...fetches.keys()]
    for (const [index, fetch] of fetches.entries()) {
      if (fetch.kind === 'some' && fetch.after === null) this.#firsts.set(writeKeyOf(fetch), index)
    }
  }

  /** The indexes of the fetches whose rows are missing. */
  get missingIndexes(): readonly number[] {
    return this.#missing
  }

  /** The fetches whose rows are missing. */
  get missing(): readonly Fetch[] {
    return this.#missing.map(index => this.#fetches[index])
  }

  /** All rows, in the order of the fetches. */
  get rows(): readonly RelationshipList[] {
    assert(this.#missing.length === 0, 'every fetch has its row')
    return this.#rows as RelationshipList[]
  }

  /**
   * Takes a row or null for each missing fetch, in their order. Returns how many fetches that
   * answered.
   */
  fill(found: readonly (RelationshipList | null)[]): number {
    const before = this.#missing.length
    assert(found.length === before, 'a row or null for each missing fetch')
    for (const [i, index] of this.#missing.entries()) this.#rows[index] = found[i]
    for (const index of this.#missing) this.#rows[index] ??= this.#partOfWhole(index)
    this.#missing = this.#missing.filter(index => this.#rows[index] === null)
    return before - this.#missing.length
  }

  /**
   * Whether another row of the batch contains this one, so that nobody will fetch this one again.
   */
  isPart(index: number): boolean {
    return this.#wholeOf(index) !== null
  }

  #partOfWhole(index: number): RelationshipList | null {
    const whole = this.#wholeOf(index)
    return whole && { ...whole, relationships: partOf(whole, this.#fetches[index]) }
  }

  /** Returns the complete list of the userset of which this fetch asks for a part, or null. */
  #wholeOf(index: number): RelationshipList | null {
    const fetch = this.#fetches[index]
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
  const identity = printIdentity(fetch.identity)
  return relationships.filter(each => printIdentity(each) === identity)
}
