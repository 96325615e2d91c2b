// Going through lists of relationships, as lookups do, each to its end. A list that is not loaded waits
// beside others until there are enough for a batch, or nothing else is left to do; one that is long is
// waited for alone. Whatever was gone through may then be let go.

import type { EvaluationContext } from './evaluationContext.js'
import { type EdgeId, NONE, type Snapshot, UNLOADED } from './snapshot.js'

/** Lists that wait together. */
const WAITING_MAX = 200
/** A list is long that goes on after so many relationships. */
const LONG = 500

/** A list that is gone through. */
export interface EdgeScan {
  /** The last edge that was gone through, or NONE. */
  at: EdgeId
}

export interface ScanVisitor<Each extends EdgeScan> {
  /** The first and next edge of a list. */
  first(passage: Each): EdgeId
  next(passage: Each, edge: EdgeId): EdgeId
  cross(passage: Each, edge: EdgeId): void
}

export class EdgeScans<Each extends EdgeScan> {
  readonly #snapshot: Snapshot
  readonly #lists: ScanVisitor<Each>
  readonly #open: Each[] = []
  readonly #waiting: Each[] = []
  readonly #evaluation: EvaluationContext

  constructor(evaluation: EvaluationContext, lists: ScanVisitor<Each>) {
    this.#evaluation = evaluation
    this.#snapshot = evaluation.snapshot
    this.#lists = lists
  }

  get isOpen(): boolean {
    return this.#open.length > 0
  }

  get isWaiting(): boolean {
    return this.#waiting.length > 0
  }

  push(passage: Each): void {
    this.#open.push(passage)
  }

  /**
   * Goes through all that are open. A null is a moment at which others may have their turn, and at
   * which what is not loaded must be brought.
   */
  *follow(): Generator<null, void> {
    for (let next = this.#open.pop(); next !== undefined; next = this.#open.pop()) {
      yield* this.#walk(next)
      if (this.#waiting.length === WAITING_MAX) yield* this.wait()
    }
  }

  /** What waited is open again. */
  *wait(): Generator<null, void> {
    yield* this.#pause(NONE)
    this.#open.push(...this.#waiting)
    this.#waiting.length = 0
  }

  *#walk(passage: Each): Generator<null, void> {
    let edge = this.#step(passage)
    for (let count = 0; edge !== NONE; ) {
      if (edge === UNLOADED && count < LONG) {
        this.#waiting.push(passage)
        return
      }
      if (edge === UNLOADED) yield* this.#pause(passage.at)
      else {
        this.#lists.cross(passage, edge)
        passage.at = edge
        count++
        if (this.#evaluation.budget.takePause()) yield* this.#pause(edge)
      }
      edge = this.#step(passage)
    }
  }

  #step(passage: Each): EdgeId {
    const { at } = passage
    return at === NONE ? this.#lists.first(passage) : this.#lists.next(passage, at)
  }

  *#pause(at: EdgeId): Generator<null, void> {
    this.#snapshot.release([at, ...this.#waiting.map(each => each.at)].filter(each => each >= 0))
    yield null
  }
}
