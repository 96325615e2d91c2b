// The rows that nodes share, each with the revision at which a node has read it and the fingerprint
// of that revision. A node uses a shared row only if a node of this datastore has made it for this
// fetch, and if its own change feed shows no write to the row between that revision and the one of
// the question. A row that is forged, stale, or from a node that is ahead counts as absent. By the
// fingerprint, so does a row from a history that was lost.

import type { KeyObject } from 'node:crypto'
import type { Fetch, RelationshipList } from '../terms/index.js'
import { decodeRow, encodeRow } from './codec.js'
import type { KnownFingerprints } from './knownFingerprints.js'
import { printFetch } from './printFetch.js'
import type { SharedBytes } from './redis.js'
import { RowSeal } from './rowSeal.js'

/**
 * The reasons for which a shared row is rejected. `form`: it has another format, as other versions
 * write it. `forged`: no node of this datastore has made it for this name. `mismatch`: it does not
 * answer the fetch. `history`: its revision is not of the history that this node follows, or is
 * older than the known fingerprints.
 */
const REJECTIONS = ['form', 'forged', 'mismatch', 'history'] as const
type Rejection = (typeof REJECTIONS)[number]
export type RejectionCounts = Readonly<Record<Rejection, number>>

interface SharedRowsOptions {
  /** The prefix of names, which is different for every store of every datastore. */
  readonly prefix: string
  /** The secret of the datastore. */
  readonly secret: KeyObject
}

export class SharedRows {
  readonly #bytes: SharedBytes
  readonly #prefix: string
  readonly #seal: RowSeal
  readonly #rejections: Record<Rejection, number> = { form: 0, forged: 0, mismatch: 0, history: 0 }

  constructor(bytes: SharedBytes, { prefix, secret }: SharedRowsOptions) {
    this.#bytes = bytes
    this.#prefix = prefix
    this.#seal = new RowSeal(secret)
  }

  /** The number of rejected rows, by reason. */
  get rejections(): RejectionCounts {
    return { ...this.#rejections }
  }

  /**
   * Returns the rows in the order of the fetches. Null stands for a row that is absent or rejected.
   */
  async find(
    fetches: readonly Fetch[],
    fingerprints: KnownFingerprints,
  ): Promise<readonly (RelationshipList | null)[]> {
    const names = fetches.map(fetch => this.#nameOf(fetch))
    const found = await this.#bytes.get(names)
    return found.map((bytes, i) => {
      if (bytes === null) return null
      const row = this.#read(fetches[i], { name: names[i], bytes, fingerprints })
      if (typeof row !== 'string') return row
      this.#rejections[row]++
      return null
    })
  }

  /** Shares the rows whose revisions have a known fingerprint. */
  put(
    fetches: readonly Fetch[],
    rows: readonly RelationshipList[],
    fingerprints: KnownFingerprints,
  ): void {
    const entries = fetches.flatMap((fetch, index) => {
      const row = rows[index]
      const fingerprint = fingerprints.at(row.revision)
      if (fingerprint === null) return []
      const name = this.#nameOf(fetch)
      const bytes = this.#seal.seal(name, encodeRow(fetch, { ...row, fingerprint }))
      return bytes === null ? [] : [[name, bytes] as const]
    })
    if (entries.length > 0) this.#bytes.put(entries)
  }

  /** Reports how long this process waited for rows of the database, ms. */
  elsewhere(ms: number): void {
    this.#bytes.elsewhere(ms)
  }

  #read(fetch: Fetch, { name, bytes, fingerprints }: Found): RelationshipList | Rejection {
    const body = this.#seal.open(name, bytes)
    if (typeof body === 'string') return body
    const row = decodeRow(fetch, body)
    if (row === null) return 'mismatch'
    return fingerprints.has(row.revision, row.fingerprint) ? row : 'history'
  }

  #nameOf(fetch: Fetch): string {
    return `${this.#prefix}${printFetch(fetch)}`
  }
}

interface Found {
  readonly name: string
  readonly bytes: Buffer
  readonly fingerprints: KnownFingerprints
}
