// Who works next. Long work of all questions and all stores goes in slices, one of them in each turn
// of the event loop, so that requests are received, short ones answered and everything else served
// between any two slices, however many wait. Stores have their turns round about, so that none of
// them makes another wait for more than a slice. In each store, those who have had less come first:
// every other turn is for those who have had no slice yet, every fourth for those who have had one,
// every eighth for those who have had two or three, and so on; first come, first served among them. So
// whoever is nearly done does not wait for all who have just come, and nobody waits without end.
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

/** Those of one store who wait, by how many slices they have had: 0, 1, up to 3, up to 7, and so on. */
interface StoreQueue {
  readonly levels: QueuedTurn[][]
  waiting: number
  /** Turns that the store has had since somebody waits. */
  turns: number
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

  /** @param had slices */
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
      if (queue.waiting > 0) this.#queues.set(store, queue)
      if (next !== undefined) return next
    }
    return undefined
  }
}

function takeFrom(queue: StoreQueue): QueuedTurn | undefined {
  queue.turns++
  // The zeros at the end of a count: none every other time, one every fourth.
  const due = 31 - Math.clz32(queue.turns & -queue.turns)
  while (queue.waiting > 0) {
    const next = levelOf(queue, due).shift()
    queue.waiting--
    if (next?.isGone === false) return next
  }
  return undefined
}

/** Whose turn it is: the level that is due, or else the nearest below it, or above. */
function levelOf({ levels }: StoreQueue, due: number): QueuedTurn[] {
  const isWaiting = (level: QueuedTurn[]): boolean => level.length > 0
  return levels.slice(0, due + 1).findLast(isWaiting) ?? levels.find(isWaiting) ?? []
}

/** The turns of one question. */
export class TurnShare implements Turn {
  readonly stride = limits.sliceStride
  readonly #turns: Turns
  readonly #store: string
  /** When its present slice is over, ms; 0 before it has had to wait. */
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

/** For all work in the process. */
export const turns = new Turns()
