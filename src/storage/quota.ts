// The quota of a store: how many relationships may be stored in it at a time. The store's row counts
// them: whoever holds the order lock knows the number, and moves it together with the head. Those
// that have expired count until the collection deletes them, since they are stored until then.

import { assert, Refusal } from '../terms/index.js'

/** A store's count and quota, as of a moment at which its order is locked. */
export interface Stock {
  /** What people call the store. */
  readonly name: string
  readonly relationships: number
  /** Null for no quota. */
  readonly relationshipsMax: number | null
}

/** What one transaction adds to a store. */
export class Quota {
  readonly #stock: Stock
  #grown = 0

  constructor(stock: Stock) {
    this.#stock = stock
  }

  /** By how much the count has moved: negative for what was deleted. */
  get grown(): number {
    return this.#grown
  }

  /**
   * Adds so many relationships; what deletes as many as it creates is always taken, also in a store
   * that has more than its quota.
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

/** @param more how many the request would add */
export function quotaExceeded(
  { name, relationships: count, relationshipsMax: quota }: Stock,
  more: number,
): Refusal {
  assert(quota !== null, 'what has no quota exceeds none')
  return new Refusal(
    'quota-exceeded',
    `the store \`${name}\` has a quota of ${quota} relationships and holds ${count}, this would add ${more}: delete some, or have the quota raised`,
    { store: name, quota: `${quota}`, count: `${count}`, added: `${more}` },
  )
}
