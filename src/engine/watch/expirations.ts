// What has expired since a moment, read once for all who watch: they look at the same moments, so
// those who are at the same place share a reading.

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
  /** In the order of expiration, then identity. */
  readonly relationships: readonly Relationship[]
  /** Up to where this page tells all. */
  readonly mark: ExpiryMark
}

/** Readings that are kept for those who come a little later. */
const KEPT_MAX = 4

export class Expirations {
  readonly #read: Records['expired']
  readonly #pages = new Map<string, Promise<ExpiredPage>>()

  constructor(read: Records['expired']) {
    this.#read = read
  }

  /**
   * The next of the revision's relationships that have expired.
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
