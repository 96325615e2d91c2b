// Scans of lists of relationships, each from its first edge to its last, as lookups need them. A
// scan whose next edge is not loaded waits together with others until there are enough for one
// batch, or until nothing else is left to do. A long scan is loaded on its own. What has been
// scanned may then be released.

import type { EvaluationContext } from './evaluationContext.js'
import { type EdgeId, NONE, type Snapshot, UNLOADED } from './snapshot.js'

/** The number of scans that wait for one batch. */
const WAITING_MAX = 200
/** The number of relationships after which a scan is long. */
const LONG = 500

/** A pass over one list. */
export interface EdgeScan {
  /** The last edge visited, or NONE before the first one. */
  at: EdgeId
}

export interface ScanVisitor<Each extends EdgeScan> {
  /** The first and next edge of a scan. */
  first(scan: Each): EdgeId
  next(scan: Each, edge: EdgeId): EdgeId
  visit(scan: Each, edge: EdgeId): void
}

export class EdgeScans<Each extends EdgeScan> {
  readonly #snapshot: Snapshot
  readonly #visitor: ScanVisitor<Each>
  readonly #open: Each[] = []
  readonly #waiting: Each[] = []
  readonly #evaluation: EvaluationContext

  constructor(evaluation: EvaluationContext, visitor: ScanVisitor<Each>) {
    this.#evaluation = evaluation
    this.#snapshot = evaluation.snapshot
    this.#visitor = visitor
  }

  get isOpen(): boolean {
    return this.#open.length > 0
  }

  get isWaiting(): boolean {
    return this.#waiting.length > 0
  }

  push(scan: Each): void {
    this.#open.push(scan)
  }

  /**
   * Runs all open scans. A yielded null lets other work run and asks for rows that are not loaded
   * to be loaded.
   */
  *follow(): Generator<null, void> {
    for (let next = this.#open.pop(); next !== undefined; next = this.#open.pop()) {
      yield* this.#run(next)
      if (this.#waiting.length === WAITING_MAX) yield* this.wait()
    }
  }

  /** Pauses for rows to be loaded, and opens the waiting scans again. */
  *wait(): Generator<null, void> {
    yield* this.#pause(NONE)
    this.#open.push(...this.#waiting)
    this.#waiting.length = 0
  }

  *#run(scan: Each): Generator<null, void> {
    let edge = this.#nextEdge(scan)
    for (let count = 0; edge !== NONE; ) {
      if (edge === UNLOADED && count < LONG) {
        this.#waiting.push(scan)
        return
      }
      if (edge === UNLOADED) yield* this.#pause(scan.at)
      else {
        this.#visitor.visit(scan, edge)
        scan.at = edge
        count++
        if (this.#evaluation.budget.takePause()) yield* this.#pause(edge)
      }
      edge = this.#nextEdge(scan)
    }
  }

  #nextEdge(scan: Each): EdgeId {
    const { at } = scan
    return at === NONE ? this.#visitor.first(scan) : this.#visitor.next(scan, at)
  }

  *#pause(at: EdgeId): Generator<null, void> {
    this.#snapshot.release([at, ...this.#waiting.map(each => each.at)].filter(each => each >= 0))
    yield null
  }
}
