// Where rows come from: what this node keeps, what others have shared, replicas, and else the source; all
// that one question needs in one batch. Who wants a row that is on its way waits for it. What is kept is
// good for another revision as long as the feed tells of no write to its place in between.

import {
  isFirst,
  limits,
  placeOf,
  printWant,
  type Revision,
  type Row,
  type Want,
} from '../terms/index.js'
import { Batch } from './batch.js'
import type { Marks } from './marks.js'
import type { Places } from './places.js'
import type { ReplicaRows } from './replicaRows.js'
import type { RowCache } from './rowCache.js'
import type { SharedRows } from './sharedRows.js'
import { waitedMs } from './waited.js'

/** Reads a row for each want, in their order, as of the revision. */
export type RowSource = (wants: readonly Want[], revision: Revision) => Promise<readonly Row[]>

interface RowsOptions {
  readonly source: RowSource
  /** Looked at first; null where nodes share nothing. */
  readonly shared: SharedRows | null
  /** Asked before the source; null where there are none. */
  readonly replicas: ReplicaRows | null
  readonly places: Places
  readonly marks: Marks
  readonly cache: RowCache
  /** Of the store, by which its rows are told from others' in the cache. */
  readonly name: string
}

/** How often rows were looked for, and where they were found. */
export interface RowCounts {
  /** At hand, when a question asked. */
  readonly hits: number
  /** Batches of what was not. */
  readonly batches: number
  /** Rows in those. */
  readonly loaded: number
  /** Of which others had read them. */
  readonly shared: number
  /** Of which came from replicas. */
  readonly replicated: number
}

interface Loading {
  readonly revision: Revision
  readonly row: Promise<Row>
}

export class Rows {
  readonly #source: RowSource
  readonly #shared: SharedRows | null
  readonly #replicas: ReplicaRows | null
  readonly #places: Places
  readonly #marks: Marks
  readonly #cache: RowCache
  readonly #prefix: string
  readonly #loading = new Map<string, Loading>()
  #hits = 0
  #batches = 0
  #loaded = 0
  #found = 0
  #replicated = 0

  constructor({ source, shared, replicas, places, marks, cache, name }: RowsOptions) {
    this.#source = source
    this.#shared = shared
    this.#replicas = replicas
    this.#places = places
    this.#marks = marks
    this.#cache = cache
    this.#prefix = `${name} `
  }

  get counts(): RowCounts {
    return {
      hits: this.#hits,
      batches: this.#batches,
      loaded: this.#loaded,
      shared: this.#found,
      replicated: this.#replicated,
    }
  }

  /** The row as of the revision, if it is at hand. */
  find(want: Want, revision: Revision): Row | undefined {
    const row = this.#cache.get(this.#prefix + printWant(want))
    const good = row && this.#toGood(want, row, revision)
    if (!good) return
    this.#hits++
    return good
  }

  /** A row for each want, in their order. @throws what the source throws */
  load(wants: readonly Want[], revision: Revision): Promise<readonly Row[]> {
    const missing: Want[] = []
    const rows = wants.map(want => {
      const loading = this.#loading.get(printWant(want))
      if (loading !== undefined && this.#places.same(placeOf(want), loading.revision, revision)) {
        return loading.row
      }
      return missing.push(want) - 1
    })
    const read = missing.length === 0 ? [] : this.#read(missing, revision)
    return Promise.all(rows.map(row => (typeof row === 'number' ? read[row] : row)))
  }

  #read(wants: readonly Want[], revision: Revision): readonly Promise<Row>[] {
    const batch = this.#bring(wants, revision)
    return wants.map((want, position) => {
      const key = printWant(want)
      const row = batch.then(batch => {
        const found = batch.rows[position]
        const isKept = isFirst(want) && !batch.isPart(position)
        if (isKept) this.#cache.set(this.#prefix + key, found)
        return found
      })
      const loading = { revision, row }
      this.#loading.set(key, loading)
      const done = (): void => {
        if (this.#loading.get(key) === loading) this.#loading.delete(key)
      }
      row.then(done, done)
      return row
    })
  }

  /** From wherever it is known to be good; the rest from the source. */
  async #bring(wants: readonly Want[], revision: Revision): Promise<Batch> {
    this.#batches++
    this.#loaded += wants.length
    const told = { places: this.#places, marks: this.#marks }
    const batch = new Batch(wants)
    const fill = (found: readonly (Row | null)[]): number =>
      batch.fill(batch.missing.map((want, i) => this.#toGood(want, found[i], revision)))
    // Counted after the wait: others count meanwhile.
    const shared = await this.#shared?.find(wants, this.#marks)
    if (shared !== undefined) this.#found += fill(shared)
    const unshared = batch.open
    if (unshared.length > 0 && this.#replicas !== null) {
      const replicated = await this.#replicas.find(batch.missing, revision, told)
      this.#replicated += fill(replicated)
    }
    if (batch.open.length > 0) batch.fill(await this.#fromSource(batch.missing, revision))
    const { rows } = batch
    const read = unshared.filter(position => !batch.isPart(position))
    this.#shared?.put(
      read.map(position => wants[position]),
      read.map(position => rows[position]),
      this.#marks,
    )
    return batch
  }

  async #fromSource(wants: readonly Want[], revision: Revision): Promise<readonly Row[]> {
    const begun = waitedMs()
    const rows = await this.#source(wants, revision)
    this.#shared?.elsewhere(waitedMs() - begun)
    return rows
  }

  /** The row, if it is known to be as it is at the revision. */
  #toGood(want: Want, row: Row | null, revision: Revision): Row | null {
    if (row === null || !this.#places.same(placeOf(want), row.revision, revision)) return null
    return this.#isOld(row, revision) ? this.#renew(want, row, revision) : row
  }

  #isOld({ revision }: Row, asked: Revision): boolean {
    return asked - revision > limits.rowAgeMax
  }

  /** It is the same at the later revision: whoever has begun since knows that one. */
  #renew(want: Want, row: Row, revision: Revision): Row {
    const renewed = { ...row, revision }
    this.#cache.set(this.#prefix + printWant(want), renewed)
    this.#shared?.put([want], [renewed], this.#marks)
    return renewed
  }
}
