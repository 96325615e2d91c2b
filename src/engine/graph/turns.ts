// Who works next. Long work of all questions and all stores goes in slices, one of them in each turn
// of the event loop, so that requests are received, short ones answered and everything else served
// between any two slices, however many wait. Stores have their turns round about, so that none of
// them makes another wait for more than a slice; in each, those who have not had one yet and those
// who have take turns, first come, first served.
//
// Whoever comes while nobody waits begins at once, on what is left of a slice that all who come in
// this turn of the loop share. A question that is over within a stride never looks at the clock.

import type { Turn } from '../../evaluator/index.js'
import { limits } from '../../terms/index.js'
import { NEVER, type Stop } from '../stop.js'

interface Loop {
  /** Ms. */
  readonly now: () => number
  /** Calls in the next turn of the event loop. */
  readonly soon: (call: () => void) => void
}

const EVENT_LOOP: Loop = { now: () => performance.now(), soon: call => void setImmediate(call) }

interface QueuedTurn {
  readonly begin: () => void
  isGone: boolean
}

/** Those of one store who wait. */
interface StoreQueue {
  readonly fresh: QueuedTurn[]
  readonly long: QueuedTurn[]
  /** Whose turn it was last. */
  wasFresh: boolean
}

export class Turns {
  readonly #loop: Loop
  /** By store, that whose turn comes next first; only those for whom somebody waits. */
  readonly #queues = new Map<string, StoreQueue>()
  #isArmed = false
  /** Until when those may work who come in this turn of the loop; 0 while nobody has. */
  #comersUntil = 0

  constructor(loop: Loop = EVENT_LOOP) {
    this.#loop = loop
  }

  /** For one question of the store. */
  begin(store: string): TurnShare {
    return new TurnShare(this, store)
  }

  now(): number {
    return this.#loop.now()
  }

  /** Whether whoever has just come is to wait. */
  isBusy(): boolean {
    if (this.#queues.size > 0) return true
    const now = this.#loop.now()
    if (this.#comersUntil > 0) return now >= this.#comersUntil
    this.#comersUntil = now + limits.sliceMs
    this.#arm()
    return false
  }

  wait(store: string, isFresh: boolean, begin: () => void): QueuedTurn {
    const queued: QueuedTurn = { begin, isGone: false }
    let queue = this.#queues.get(store)
    if (queue === undefined) {
      queue = { fresh: [], long: [], wasFresh: false }
      this.#queues.set(store, queue)
    }
    const among = isFresh ? queue.fresh : queue.long
    among.push(queued)
    this.#arm()
    return queued
  }

  #arm(): void {
    if (this.#isArmed) return
    this.#isArmed = true
    this.#loop.soon(() => this.#turn())
  }

  #turn(): void {
    this.#isArmed = false
    this.#comersUntil = 0
    const next = this.#next()
    if (this.#queues.size > 0) this.#arm()
    next?.begin()
  }

  #next(): QueuedTurn | undefined {
    for (const [store, queue] of this.#queues) {
      this.#queues.delete(store)
      const next = takeFrom(queue)
      // The store is now the last.
      if (queue.fresh.length + queue.long.length > 0) this.#queues.set(store, queue)
      if (next !== undefined) return next
    }
    return undefined
  }
}

function takeFrom(queue: StoreQueue): QueuedTurn | undefined {
  for (;;) {
    const isFresh = queue.fresh.length > 0 && (queue.long.length === 0 || !queue.wasFresh)
    const next = (isFresh ? queue.fresh : queue.long).shift()
    if (next === undefined || !next.isGone) {
      queue.wasFresh = isFresh
      return next
    }
  }
}

/** The turns of one question. */
export class TurnShare implements Turn {
  readonly stride = limits.sliceStride
  readonly #turns: Turns
  readonly #store: string
  /** When its present slice is over, ms; 0 before it has had to wait. */
  #until = 0

  constructor(turns: Turns, store: string) {
    this.#turns = turns
    this.#store = store
  }

  isOver(): boolean {
    return this.#until === 0 ? this.#turns.isBusy() : this.#turns.now() >= this.#until
  }

  /** Waits for the next slice. @throws the reason to stop, as soon as there is one */
  async next({ signal }: Stop = NEVER): Promise<void> {
    signal.throwIfAborted()
    await new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        queued.isGone = true
        reject(signal.reason)
      }
      const begin = (): void => {
        signal.removeEventListener('abort', leave)
        this.#until = this.#turns.now() + limits.sliceMs
        resolve()
      }
      const queued = this.#turns.wait(this.#store, this.#until === 0, begin)
      signal.addEventListener('abort', leave)
    })
  }
}

/** For all work in the process. */
export const turns = new Turns()
