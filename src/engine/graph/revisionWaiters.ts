// Those who wait for a revision to be reached. Each is woken by the revision or by its own timer,
// whichever comes first; nobody looks at intervals. The timers come from outside: tests keep time.

import type { Revision } from '../../terms/index.js'

export interface Timers {
  /** What `clear` takes. */
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

  /** True when the revision was reached, false when the time was over before, or the waiting. */
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

  /** Wakes whoever waits for the head or for a revision before it. */
  reach(head: Revision): void {
    for (const { revision, wake } of this.#waiting) if (revision <= head) wake(true)
  }

  /** Wakes everybody: no revision will be reached any more. */
  giveUp(): void {
    for (const { wake } of this.#waiting) wake(false)
  }
}
