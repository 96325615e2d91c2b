// The relationships that have expired since a given moment, read once for all watches. Watches look
// at the same moments, so those at the same position share a read.

import {
  type ExpiryMark,
  limits,
  printIdentity,
  type Relationship,
  type Revision,
} from '../../terms/index.js'
import type { Records } from '../graph/storageRecords.js'

interface Expiry {
  readonly revision: Revision
  readonly after: ExpiryMark
  /** Milliseconds since 1970. */
  readonly until: number
}

interface ExpiredPage {
  /** The relationships, sorted by expiration, then identity. */
  readonly relationships: readonly Relationship[]
  /** The position up to which this page is complete. */
  readonly mark: ExpiryMark
}

/** The number of pages kept for watches that come a little later. */
const KEPT_MAX = 4

export class Expirations {
  readonly #read: Records['expired']
  readonly #pages = new Map<string, Promise<ExpiredPage>>()

  constructor(read: Records['expired']) {
    this.#read = read
  }

  /**
   * Returns the next of the revision's relationships that have expired.
   * @throws Refusal `revision-unavailable` when the revision is no longer retained
   */
  page(expiry: Expiry): Promise<ExpiredPage> {
    const { revision, after, until } = expiry
    const within = after.after === null ? '' : printIdentity(after.after)
    const key = `${revision} ${until} ${after.at} ${within}`
    const known = this.#pages.get(key)
    if (known !== undefined) return known
    const page = this.#load(expiry)
    page.catch(() => this.#pages.delete(key))
    this.#pages.set(key, page)
    if (this.#pages.size > KEPT_MAX) this.#pages.delete([...this.#pages.keys()][0])
    return page
  }

  async #load({ revision, after, until }: Expiry): Promise<ExpiredPage> {
    const limit = limits.pageRows
    const relationships = await this.#read({ at: revision, after, until, limit })
    if (relationships.length < limit) return { relationships, mark: { at: until, after: null } }
    const last = relationships[limit - 1]
    return { relationships, mark: { at: last.expiresAt ?? until, after: last } }
  }
}
