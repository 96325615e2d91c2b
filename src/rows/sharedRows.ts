// Rows that nodes share, each with the revision at which some node has read it, and that revision's mark.
// A node believes one only when a node of this datastore has made it for this want, and its own feed shows
// that the place was not written to between that revision and the one it asks about; so what is forged,
// stale, or comes from a node that is ahead, is as good as not there. By the mark, so is what comes from a
// history that was lost since.

import type { KeyObject } from 'node:crypto'
import type { Fetch, RelationshipList } from '../terms/index.js'
import { decodeRow, encodeRow } from './codec.js'
import type { KnownFingerprints } from './knownFingerprints.js'
import { printFetch } from './printFetch.js'
import type { SharedBytes } from './redis.js'
import { RowSeal } from './rowSeal.js'

/**
 * Why something that is there is not believed: it has another form, as other versions make; it was not made
 * by a node of this datastore for this name; it does not answer the want; its revision is not one of this
 * node's history, or older than is remembered.
 */
const REJECTIONS = ['form', 'forged', 'mismatch', 'history'] as const
type Rejection = (typeof REJECTIONS)[number]
export type RejectionCounts = Readonly<Record<Rejection, number>>

interface SharedRowsOptions {
  /** Of names: another for every store of every datastore. */
  readonly prefix: string
  /** Of the datastore. */
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

  /** How often what was there was not believed. */
  get rejections(): RejectionCounts {
    return { ...this.#rejections }
  }

  /** In the order of the wants; null for what is not there, or not to be believed. */
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

  /** Those whose revisions are known by a mark. */
  put(
    fetches: readonly Fetch[],
    rows: readonly RelationshipList[],
    fingerprints: KnownFingerprints,
  ): void {
    const entries = fetches.flatMap((fetch, position) => {
      const row = rows[position]
      const fingerprint = fingerprints.at(row.revision)
      if (fingerprint === null) return []
      const name = this.#nameOf(fetch)
      const bytes = this.#seal.seal(name, encodeRow(fetch, { ...row, fingerprint }))
      return bytes === null ? [] : [[name, bytes] as const]
    })
    if (entries.length > 0) this.#bytes.put(entries)
  }

  /** Told how long some from the database were waited for, ms. */
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
