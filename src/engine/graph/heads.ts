// The head of the store, asked of the database once for all who came before the asking. A caller
// that comes while a query is under way cannot use its answer, which may be older than the caller;
// it shares the next query with everybody else who came meanwhile.

import type { Database } from '../../storage/index.js'
import { type Head, readHead } from '../../storage/index.js'
import { Refusal, type Revision, type StoreId } from '../../terms/index.js'

export class Heads {
  readonly #database: Database
  readonly #store: StoreId
  #running: Promise<unknown> = Promise.resolve()
  #waiting: Promise<Head> | null = null

  constructor(database: Database, store: StoreId) {
    this.#database = database
    this.#store = store
  }

  /** The head as of some moment after this call. */
  ask(): Promise<Head> {
    this.#waiting ??= this.#afterRunning()
    return this.#waiting
  }

  async #afterRunning(): Promise<Head> {
    await this.#running.catch(() => undefined)
    this.#waiting = null
    const query = readHead(this.#database, this.#store)
    this.#running = query
    return query
  }
}

/**
 * For a read of the revision, the head is to be of the same database snapshot.
 * @throws Refusal `revision-unavailable`
 */
export function requireReadable(head: Pick<Head, 'revision' | 'oldest'>, revision: Revision): void {
  if (revision > head.revision) {
    throw new Refusal('revision-unavailable', 'invalid revision: it is ahead of the datastore')
  }
  if (revision < head.oldest) {
    throw new Refusal('revision-unavailable', 'invalid revision: it is no longer retained')
  }
}
