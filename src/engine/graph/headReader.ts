// The head of the store, asked of the database once for all who came before the asking. A caller
// that comes while a query is under way cannot use its answer, which may be older than the caller;
// it shares the next query with everybody else who came meanwhile.

import { Refusal, type Revision } from '../../terms/index.js'
import type { GraphSource, SourceHead } from './graphSource.js'

export class HeadReader {
  readonly #source: GraphSource
  #running: Promise<unknown> = Promise.resolve()
  #waiting: Promise<SourceHead> | null = null

  constructor(source: GraphSource) {
    this.#source = source
  }

  /** The head as of some moment after this call. */
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
 * For a read of the revision, the head is to be of the same database snapshot.
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
