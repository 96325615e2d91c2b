// The callers that wait for a revision to be reached. Each is woken by the revision or by its own
// timer, whichever comes first; there is no polling. The timers are injected, so that tests control
// time.

import type { Revision } from '../../terms/index.js'

export interface Timers {
  /** Starts a timer. @returns the handle for `clear` */
  set(callback: () => void, delayMs: number): unknown
  clear(timer: unknown): void
}

export const systemTimers: Timers = {
  set: (callback, delayMs) => setTimeout(callback, delayMs),
  clear: timer => clearTimeout(timer as ReturnType<typeof setTimeout>),
}

interface Waiter {
  readonly revision: Revision
  readonly wake: (reached: boolean) => void
}

export class RevisionWaiters {
  readonly #timers: Timers
  readonly #waiting = new Set<Waiter>()

  constructor(timers: Timers) {
    this.#timers = timers
  }

  get size(): number {
    return this.#waiting.size
  }

  /**
   * Waits for a revision.
   * @returns true when it was reached, false when the time was over first or the waiting was given
   * up
   */
  wait(revision: Revision, waitMs: number): Promise<boolean> {
    return new Promise(resolve => {
      const wake = (reached: boolean): void => {
        this.#waiting.delete(waiter)
        this.#timers.clear(timer)
        resolve(reached)
      }
      const waiter = { revision, wake }
      const timer = this.#timers.set(() => wake(false), waitMs)
      this.#waiting.add(waiter)
    })
  }

  /** Wakes the callers that wait for this revision or an earlier one. */
  reach(head: Revision): void {
    for (const { revision, wake } of this.#waiting) if (revision <= head) wake(true)
  }

  /** Wakes all callers, because no further revision will be reached. */
  giveUp(): void {
    for (const { wake } of this.#waiting) wake(false)
  }
}
