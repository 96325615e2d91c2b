// The rows of one store in this node's cache. A row stays valid for as long as the change feed
// brings no write to its userset or subject.

import type { Fetch, RelationshipList, Revision } from '../terms/index.js'
import { asOf, type Evidence } from './evidence.js'
import { printFetch } from './printFetch.js'
import type { RowCache } from './rowCache.js'
import type { Save } from './saving.js'

interface LocalRowsOptions {
  readonly cache: RowCache
  /** The name of the store, which separates its rows from those of other stores in the cache. */
  readonly name: string
  readonly evidence: Evidence
  /** Takes rows that are still valid, but were read long ago. */
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

  /** The number of rows that were found. */
  get hits(): number {
    return this.#hits
  }

  /** Finds the row as of the revision in the cache. */
  find(fetch: Fetch, revision: Revision): RelationshipList | undefined {
    const row = this.#cache.get(this.#prefix + printFetch(fetch))
    const valid = row && asOf(this.#evidence, fetch, row, revision)
    if (!valid) return
    if (valid !== row) {
      this.keep([fetch], [valid])
      this.#renew([fetch], [valid])
    }
    this.#hits++
    return valid
  }

  /** Puts rows into the cache. */
  keep: Save = (fetches, rows) => {
    for (const [i, fetch] of fetches.entries())
      this.#cache.set(this.#prefix + printFetch(fetch), rows[i])
  }
}
