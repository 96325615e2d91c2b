// Long work on graphs, done a slice at a time in turns with all other work of the process, so that
// neither a compaction nor the loading of a large store delays anybody by more than a slice.

import type { Steps } from '../../replica/index.js'
import type { StoreId } from '../../terms/index.js'
import type { Stop } from '../stop.js'
import { turns } from './turns.js'

export class Slices {
  /** The last work given to `runAlone`, settled once it is done. */
  #alone: Promise<unknown> = Promise.resolve()

  /** Runs the work of a store to its end, in turns with other work. @throws the reason to stop */
  async run<Result>(store: StoreId, work: Steps<Result>, stop?: Stop): Promise<Result> {
    const turn = turns.begin(store)
    for (;;) {
      const { done, value } = work.next()
      if (done) return value
      if (turn.isOver()) await turn.next(stop)
    }
  }

  /** Runs work that takes extra memory while it runs: one at a time, over all stores. */
  runAlone<Result>(store: StoreId, work: Steps<Result>): Promise<Result> {
    const done = this.#alone.then(() => this.run(store, work))
    this.#alone = done.catch(() => undefined)
    return done
  }
}
