// Rows that nodes share, each with the revision at which some node has read it. A node believes one
// only when its own feed shows that the place was not written to between that revision and the one it
// asks about; so what is stale, or comes from a node that is ahead, is as good as not there.

import { printWant, type Row, type Want } from '../terms/index.js'
import { decodeRow, encodeRow } from './codec.js'
import type { SharedBytes } from './redis.js'

export class SharedRows {
  readonly #bytes: SharedBytes
  readonly #prefix: string

  /** @param prefix of names: another for every store of every datastore */
  constructor(bytes: SharedBytes, prefix: string) {
    this.#bytes = bytes
    this.#prefix = prefix
  }

  /** In the order of the wants; null for what is not there. */
  async find(wants: readonly Want[]): Promise<readonly (Row | null)[]> {
    const found = await this.#bytes.get(wants.map(want => this.#nameOf(want)))
    return found.map(bytes => (bytes === null ? null : decodeRow(bytes)))
  }

  put(wants: readonly Want[], rows: readonly Row[]): void {
    this.#bytes.put(wants.map((want, position) => [this.#nameOf(want), encodeRow(rows[position])]))
  }

  #nameOf(want: Want): string {
    return `${this.#prefix}${printWant(want)}`
  }
}
