// Long work on graphs, a slice at a time, in turns with all other work of the process: so neither a
// compaction nor the loading of a large store makes anybody wait for longer than a slice.

import type { Steps } from '../../replica/index.js'
import type { StoreId } from '../../terms/index.js'
import type { Stop } from '../stop.js'
import { turns } from './turns.js'

export class Slices {
  /** What `runAlone` was given last, once it is done. */
  #alone: Promise<unknown> = Promise.resolve()

  /** What the work of a store comes to, in turns with others. @throws the reason to stop */
  async run<Result>(store: StoreId, work: Steps<Result>, stop?: Stop): Promise<Result> {
    const turn = turns.begin(store)
    for (;;) {
      const { done, value } = work.next()
      if (done) return value
      if (turn.isOver()) await turn.next(stop)
    }
  }

  /** The same for work that takes memory meanwhile: one after the other, of whatever stores. */
  runAlone<Result>(store: StoreId, work: Steps<Result>): Promise<Result> {
    const done = this.#alone.then(() => this.run(store, work))
    this.#alone = done.catch(() => undefined)
    return done
  }
}
