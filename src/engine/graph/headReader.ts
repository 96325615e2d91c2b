// The head of a store, read from the database once for all callers that came before the query. A
// caller that comes while a query is running cannot use its answer, which may be older than the
// caller. It shares the next query with all others that came meanwhile.

import { Refusal, type Revision } from '../../terms/index.js'
import type { GraphSource, SourceHead } from './graphSource.js'

export class HeadReader {
  readonly #source: GraphSource
  #running: Promise<unknown> = Promise.resolve()
  #waiting: Promise<SourceHead> | null = null

  constructor(source: GraphSource) {
    this.#source = source
  }

  /** Reads the head as of some moment after this call. */
  ask(): Promise<SourceHead> {
    this.#waiting ??= this.#afterRunning()
    return this.#waiting
  }

  async #afterRunning(): Promise<SourceHead> {
    await this.#running.catch(() => undefined)
    this.#waiting = null
    const query = this.#source.head()
    this.#running = query
    return query
  }
}

/**
 * Requires a revision that can be read. The head must be of the same database snapshot as the read.
 * @throws Refusal `revision-unavailable`
 */
export function requireReadable(
  head: Pick<SourceHead, 'revision' | 'oldest'>,
  revision: Revision,
): void {
  if (revision > head.revision) {
    throw new Refusal('revision-unavailable', 'invalid revision: it is ahead of the datastore')
  }
  if (revision < head.oldest) {
    throw new Refusal('revision-unavailable', 'invalid revision: it is no longer retained')
  }
}
