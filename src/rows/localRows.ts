// Rows that this node keeps of one store: at hand at once, for as long as the feed tells of no write to
// their places.

import type { Fetch, RelationshipList, Revision } from '../terms/index.js'
import { asOf, type Evidence } from './evidence.js'
import { printFetch } from './printFetch.js'
import type { RowCache } from './rowCache.js'
import type { Save } from './saving.js'

interface LocalRowsOptions {
  readonly cache: RowCache
  /** Of the store, by which its rows are told from others' in the cache. */
  readonly name: string
  readonly evidence: Evidence
  /** Takes rows that are as they were, but old. */
  readonly renew: Save
}

export class LocalRows {
  readonly #cache: RowCache
  readonly #prefix: string
  readonly #evidence: Evidence
  readonly #renew: Save
  #hits = 0

  constructor({ cache, name, evidence, renew }: LocalRowsOptions) {
    this.#cache = cache
    this.#prefix = `${name} `
    this.#evidence = evidence
    this.#renew = renew
  }

  get hits(): number {
    return this.#hits
  }

  /** The row as of the revision, if it is at hand. */
  find(fetch: Fetch, revision: Revision): RelationshipList | undefined {
    const row = this.#cache.get(this.#prefix + printFetch(fetch))
    const good = row && asOf(this.#evidence, fetch, row, revision)
    if (!good) return
    if (good !== row) {
      this.keep([fetch], [good])
      this.#renew([fetch], [good])
    }
    this.#hits++
    return good
  }

  keep: Save = (fetches, rows) => {
    for (const [i, fetch] of fetches.entries())
      this.#cache.set(this.#prefix + printFetch(fetch), rows[i])
  }
}
