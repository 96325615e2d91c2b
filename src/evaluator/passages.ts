// Going through lists of relationships, as lookups do, each to its end. A list that is not loaded waits
// beside others until there are enough for a batch, or nothing else is left to do; one that is loaded
// in part is waited for. Whatever was gone through may then be let go.

import { type EdgeId, NONE, type Snapshot, UNLOADED } from './snapshot.js'

/** Others get their turn after this many relationships. */
const SLICE_EDGES = 2000
/** Lists that wait together. */
const WAITING_MAX = 200

export interface Lists<Passage> {
  /** The first and next edge of a list. */
  first(passage: Passage): EdgeId
  next(passage: Passage, edge: EdgeId): EdgeId
  cross(passage: Passage, edge: EdgeId): void
}

export class Passages<Passage> {
  readonly #snapshot: Snapshot
  readonly #lists: Lists<Passage>
  readonly #open: Passage[] = []
  readonly #waiting: Passage[] = []
  #edges = 0

  constructor(snapshot: Snapshot, lists: Lists<Passage>) {
    this.#snapshot = snapshot
    this.#lists = lists
  }

  get isOpen(): boolean {
    return this.#open.length > 0
  }

  get isWaiting(): boolean {
    return this.#waiting.length > 0
  }

  push(passage: Passage): void {
    this.#open.push(passage)
  }

  /**
   * Goes through all that are open. A null is a moment at which others may have their turn, and at
   * which what is not loaded must be brought.
   */
  *follow(): Generator<null, void> {
    for (let next = this.#open.pop(); next !== undefined; next = this.#open.pop()) {
      const first = this.#lists.first(next)
      if (first !== UNLOADED) yield* this.#walk(next, first)
      else if (this.#waiting.push(next) === WAITING_MAX) yield* this.wait()
    }
  }

  /** What waited is open again. */
  *wait(): Generator<null, void> {
    yield* this.#pause()
    this.#open.push(...this.#waiting)
    this.#waiting.length = 0
  }

  *#pause(): Generator<null, void> {
    this.#snapshot.release()
    yield null
  }

  *#walk(passage: Passage, first: EdgeId): Generator<null, void> {
    let edge = first
    while (edge !== NONE) {
      this.#lists.cross(passage, edge)
      if (++this.#edges % SLICE_EDGES === 0) yield* this.#pause()
      let next = this.#lists.next(passage, edge)
      while (next === UNLOADED) {
        yield* this.#pause()
        next = this.#lists.next(passage, edge)
      }
      edge = next
    }
  }
}
