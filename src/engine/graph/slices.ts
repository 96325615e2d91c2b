// Long work on graphs, a slice at a time: whatever is under way takes turns, and between two slices
// the event loop has its own. So neither a compaction nor the loading of a large store makes anybody
// wait for longer than a slice, however many there are at once.

import type { Steps } from '../../replica/index.js'
import { limits } from '../../terms/index.js'
import { NEVER } from '../stop.js'
import { nextTurn } from './pace.js'

/** Takes a step of some work; whether it was the last one. */
type Step = () => boolean

export class Slices {
  readonly #waiting: Step[] = []
  #isTurning = false
  /** What `runAlone` was given last, once it is done. */
  #alone: Promise<unknown> = Promise.resolve()

  /** What the work comes to, in turns with others. */
  run<Result>(work: Steps<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => {
        try {
          const { done, value } = work.next()
          if (done) resolve(value)
          return done === true
        } catch (error) {
          reject(error)
          return true
        }
      })
      if (!this.#isTurning) void this.#turn()
    })
  }

  /** The same for work that takes memory meanwhile: one after the other. */
  runAlone<Result>(work: Steps<Result>): Promise<Result> {
    const turn = this.#alone.then(() => this.run(work))
    this.#alone = turn.catch(() => undefined)
    return turn
  }

  async #turn(): Promise<void> {
    this.#isTurning = true
    for (;;) {
      await nextTurn(NEVER)
      const step = this.#waiting.shift()
      if (step === undefined) break
      if (!isDoneWithin(step, limits.graphSliceMs)) this.#waiting.push(step)
    }
    this.#isTurning = false
  }
}

function isDoneWithin(step: Step, sliceMs: number): boolean {
  const end = performance.now() + sliceMs
  while (!step()) if (performance.now() >= end) return false
  return true
}
