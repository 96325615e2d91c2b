// The outcomes of a lookup's candidates, in order. A candidate whose rows are not loaded is checked
// again once they are, together with a number of candidates behind it, so that one batch of rows
// serves all of them.

import { Rest, rest, type Sliced } from './sliced.js'
import type { ObjectId, Snapshot } from './snapshot.js'

/** The number of candidates checked together, from the first one whose rows are not loaded. */
const AHEAD_MAX = 200

export interface CandidateChecks<Outcome> {
  /** The outcome of a candidate; null if rows are not loaded. */
  settle(object: ObjectId): Sliced<Outcome | null>
  /** Whether other work should run now. */
  isDue(): boolean
  /** Prepares to check again: missing rows may have been loaded. */
  again(): void
}

export interface SettledCandidate<Outcome> {
  readonly object: ObjectId
  readonly outcome: Outcome
}

/**
 * Checks the candidates in order. A yielded null lets other work run and asks for rows that are not
 * loaded to be loaded. A null among the objects is passed on as such.
 */
export function* outcomesOf<Outcome>(
  snapshot: Snapshot,
  objects: Iterable<ObjectId | null>,
  checks: CandidateChecks<Outcome>,
): Generator<SettledCandidate<Outcome> | null, void> {
  const waiting: ObjectId[] = []
  for (const object of objects) {
    if (object === null) {
      yield null
      continue
    }
    const settled = checks.settle(object)
    const outcome = settled instanceof Rest ? yield* settled.work : settled
    if (waiting.length > 0 || outcome === null) waiting.push(object)
    else {
      snapshot.release([])
      yield { object, outcome }
    }
    if (checks.isDue()) yield null
    if (waiting.length === AHEAD_MAX) {
      yield* reopened(waiting, checks)
      snapshot.release([])
    }
  }
  yield* reopened(waiting, checks)
}

function* reopened<Outcome>(
  waiting: ObjectId[],
  checks: CandidateChecks<Outcome>,
): Generator<SettledCandidate<Outcome> | null, void> {
  const outcomes: (Outcome | null)[] = []
  for (let next = 0; next < waiting.length; ) {
    yield null
    checks.again()
    for (let index = next; index < waiting.length; index++) {
      outcomes[index] ??= yield* rest(checks.settle(waiting[index]))
      const outcome = outcomes[index]
      if (outcome !== null && index === next) {
        yield { object: waiting[index], outcome }
        next++
      }
      if (checks.isDue()) yield null
    }
  }
  waiting.length = 0
}
