// Graphs of the past: whole images at revisions that are retained but older than the resident
// graph's base, as after a restart. Building one reads the store once, so the last few are kept and
// those who ask for the same one meanwhile share the building.

import { Replica } from '../replica/index.js'
import { type Database, readSnapshot } from '../storage/index.js'
import type { Revision, StoreId } from '../terms/index.js'

const KEPT_MAX = 2

export class Pasts {
  readonly #database: Database
  readonly #store: StoreId
  readonly #graphs = new Map<Revision, Promise<Replica>>()

  constructor(database: Database, store: StoreId) {
    this.#database = database
    this.#store = store
  }

  /** @throws Refusal `revision-unavailable` when the revision is no longer retained */
  at(revision: Revision): Promise<Replica> {
    const kept = this.#graphs.get(revision)
    if (kept !== undefined) return kept
    const graph = Replica.bootstrap(readSnapshot(this.#database, this.#store, revision))
    this.#graphs.set(revision, graph)
    graph.catch(() => this.#graphs.delete(revision))
    this.#dropOldest()
    return graph
  }

  #dropOldest(): void {
    if (this.#graphs.size <= KEPT_MAX) return
    const [oldest] = this.#graphs.keys()
    this.#graphs.delete(oldest)
  }
}
