// Rows that nodes share, each with the revision at which some node has read it, and that revision's mark.
// A node believes one only when its own feed shows that the place was not written to between that
// revision and the one it asks about; so what is stale, or comes from a node that is ahead, is as good
// as not there. By the mark, so is what comes from a history that was lost since.

import { isFirst, printWant, type Row, type Want } from '../terms/index.js'
import { decodeRow, encodeRow } from './codec.js'
import type { Marks } from './marks.js'
import type { SharedBytes } from './redis.js'

export class SharedRows {
  readonly #bytes: SharedBytes
  readonly #prefix: string

  /** @param prefix of names: another for every store of every datastore */
  constructor(bytes: SharedBytes, prefix: string) {
    this.#bytes = bytes
    this.#prefix = prefix
  }

  /** In the order of the wants; null for what is not there, or of another history. */
  async find(wants: readonly Want[], marks: Marks): Promise<readonly (Row | null)[]> {
    const found = await this.#bytes.get(wants.map(want => this.#nameOf(want)))
    return found.map(bytes => {
      const row = bytes === null ? null : decodeRow(bytes)
      return row !== null && marks.has(row.revision, row.mark) ? row : null
    })
  }

  /** Those that others may ask for, and whose revisions are known by a mark. */
  put(wants: readonly Want[], rows: readonly Row[], marks: Marks): void {
    const entries = wants.flatMap((want, position) => {
      const row = rows[position]
      const mark = marks.at(row.revision)
      return mark === null || !isFirst(want)
        ? []
        : [[this.#nameOf(want), encodeRow({ ...row, mark })] as const]
    })
    if (entries.length > 0) this.#bytes.put(entries)
  }

  /** Told how long some from the database were waited for, ms. */
  elsewhere(ms: number): void {
    this.#bytes.elsewhere(ms)
  }

  #nameOf(want: Want): string {
    return `${this.#prefix}${printWant(want)}`
  }
}
