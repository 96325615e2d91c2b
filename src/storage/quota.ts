// The quota of a store: the maximum number of relationships that it may hold. The store's row
// counts them. Whoever holds the order lock knows the count, and updates it together with the head.
// Expired relationships count until the collection deletes them, since they are stored until then.

import { assert, Refusal } from '../terms/index.js'

/** The count and the quota of a store at one moment. */
export interface Stock {
  /** The name of the store. */
  readonly name: string
  readonly relationships: number
  /** The quota. Null for none. */
  readonly relationshipsMax: number | null
}

/** The relationships that one transaction adds to a store, checked against its quota. */
export class Quota {
  readonly #stock: Stock
  #grown = 0

  constructor(stock: Stock) {
    this.#stock = stock
  }

  /** The change of the count so far. It is negative when more were deleted. */
  get grown(): number {
    return this.#grown
  }

  /**
   * Adds `more` relationships. A request that deletes as many as it creates is always accepted,
   * even in a store that exceeds its quota.
   * @throws Refusal `quota-exceeded`; then nothing is added
   */
  take(more: number): void {
    const { name, relationships, relationshipsMax } = this.#stock
    const count = relationships + this.#grown
    if (more > 0 && relationshipsMax !== null && count + more > relationshipsMax) {
      throw quotaExceeded({ name, relationships: count, relationshipsMax }, more)
    }
    this.#grown += more
  }
}

/**
 * The refusal of a request that exceeds the quota.
 * @param more the number of relationships that the request would add
 */
export function quotaExceeded(
  { name, relationships: count, relationshipsMax: quota }: Stock,
  more: number,
): Refusal {
  assert(quota !== null, 'only a store with a quota exceeds it')
  return new Refusal(
    'quota-exceeded',
    `the store \`${name}\` has a quota of ${quota} relationships and holds ${count}, ` +
      `this would add ${more}: delete some, or have the quota raised`,
    { store: name, quota: `${quota}`, count: `${count}`, added: `${more}` },
  )
}
