// The scheduler of long work. The long work of all questions and all stores runs in slices, one
// slice in each turn of the event loop, so that requests are received, short ones answered and
// everything else served between any two slices, however many wait. Stores take turns round-robin,
// so that no store delays another by more than a slice. Within a store, questions that have had
// fewer slices come first. Every other turn is for questions that have had no slice yet, every
// fourth for those that have had one, every eighth for those that have had two or three, and so on;
// within each level the order is first come, first served. So a question that is nearly done does
// not wait for all new ones, and none waits without end.
//
// A question that arrives while none waits begins at once, in a slice that all questions arriving
// in this turn of the loop share. A question that ends within a stride never looks at the clock.

import type { Turn } from '../../evaluator/index.js'
import { limits } from '../../terms/index.js'
import { NEVER, type Stop } from '../stop.js'

interface Loop {
  /** The current time, ms. */
  readonly now: () => number
  /** Calls back in the next turn of the event loop. */
  readonly soon: (call: () => void) => void
}

const EVENT_LOOP: Loop = { now: () => performance.now(), soon: call => void setImmediate(call) }

interface QueuedTurn {
  readonly begin: () => void
  isGone: boolean
}

/**
 * The waiting questions of one store, by level, which is the number of slices they have had: 0, 1,
 * up to 3, up to 7, and so on.
 */
interface StoreQueue {
  readonly levels: QueuedTurn[][]
  waiting: number
  /** The turns that the store has had since a question began to wait. */
  turns: number
}

export class Turns {
  readonly #loop: Loop
  /**
   * The queues by store, the store whose turn is next first. Only stores with waiting questions
   * have one.
   */
  readonly #queues = new Map<string, StoreQueue>()
  #isArmed = false
  /**
   * The end of the slice shared by questions that arrive in this turn of the loop; 0 while none
   * has.
   */
  #arrivalsUntil = 0

  constructor(loop: Loop = EVENT_LOOP) {
    this.#loop = loop
  }

  /** Returns the turns of one question of the store. */
  begin(store: string): TurnShare {
    return new TurnShare(this, store)
  }

  now(): number {
    return this.#loop.now()
  }

  /** Whether a question that has just arrived has to wait. */
  isBusy(): boolean {
    if (this.#queues.size > 0) return true
    const now = this.#loop.now()
    if (this.#arrivalsUntil > 0) return now >= this.#arrivalsUntil
    this.#arrivalsUntil = now + limits.sliceMs
    this.#arm()
    return false
  }

  /** Queues a question. @param had the number of slices that it has had */
  wait(store: string, had: number, begin: () => void): QueuedTurn {
    const queued: QueuedTurn = { begin, isGone: false }
    let queue = this.#queues.get(store)
    if (queue === undefined) {
      queue = { levels: [], waiting: 0, turns: 0 }
      this.#queues.set(store, queue)
    }
    const level = 32 - Math.clz32(had)
    while (queue.levels.length <= level) queue.levels.push([])
    queue.levels[level].push(queued)
    queue.waiting++
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
    this.#arrivalsUntil = 0
    const next = this.#next()
    if (this.#queues.size > 0) this.#arm()
    next?.begin()
  }

  #next(): QueuedTurn | undefined {
    for (const [store, queue] of this.#queues) {
      this.#queues.delete(store)
      const next = takeFrom(queue)
      // The store moves to the end of the queue.
      if (queue.waiting > 0) this.#queues.set(store, queue)
      if (next !== undefined) return next
    }
    return undefined
  }
}

function takeFrom(queue: StoreQueue): QueuedTurn | undefined {
  queue.turns++
  // The number of trailing zeros of the count: none every other time, one every fourth.
  const due = 31 - Math.clz32(queue.turns & -queue.turns)
  while (queue.waiting > 0) {
    const next = levelOf(queue, due).shift()
    queue.waiting--
    if (next?.isGone === false) return next
  }
  return undefined
}

/**
 * The level to take from: the one that is due, else the nearest below it, else the nearest above.
 */
function levelOf({ levels }: StoreQueue, due: number): QueuedTurn[] {
  const isWaiting = (level: QueuedTurn[]): boolean => level.length > 0
  return levels.slice(0, due + 1).findLast(isWaiting) ?? levels.find(isWaiting) ?? []
}

/** The turns of one question. */
export class TurnShare implements Turn {
  readonly stride = limits.sliceStride
  readonly #turns: Turns
  readonly #store: string
  /** The end of its present slice, ms; 0 before it has had to wait. */
  #until = 0
  #had = 0

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
        this.#had++
        resolve()
      }
      const queued = this.#turns.wait(this.#store, this.#had, begin)
      signal.addEventListener('abort', leave)
    })
  }
}

/** The scheduler of all work in the process. */
export const turns = new Turns()
