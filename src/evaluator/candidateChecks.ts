// What candidates come to, in their order. Where rows are not loaded, those that lack some are looked at
// again once they are there, with a number of others behind them, so that one batch serves all.

import { Rest, rest, type Sliced } from './sliced.js'
import type { ObjectId, Snapshot } from './snapshot.js'

/** Candidates that are looked at, from the first one on that cannot be settled, for what they lack. */
const AHEAD_MAX = 200

export interface CandidateChecks<Outcome> {
  /** Null when rows are not loaded. */
  settle(object: ObjectId): Sliced<Outcome | null>
  /** Whether others are to have their turn. */
  isDue(): boolean
  /** What was not loaded may be by now. */
  again(): void
}

export interface SettledCandidate<Outcome> {
  readonly object: ObjectId
  readonly outcome: Outcome
}

/**
 * A null is a moment at which others may have their turn, and at which what is not loaded must be
 * brought; the objects too are such moments, where they are null.
 */
export function* outcomesOf<Outcome>(
  snapshot: Snapshot,
  objects: Iterable<ObjectId | null>,
  court: CandidateChecks<Outcome>,
): Generator<SettledCandidate<Outcome> | null, void> {
  const open: ObjectId[] = []
  for (const object of objects) {
    if (object === null) {
      yield null
      continue
    }
    const settled = court.settle(object)
    const outcome = settled instanceof Rest ? yield* settled.work : settled
    if (open.length > 0 || outcome === null) open.push(object)
    else {
      snapshot.release([])
      yield { object, outcome }
    }
    if (court.isDue()) yield null
    if (open.length === AHEAD_MAX) {
      yield* reopened(open, court)
      snapshot.release([])
    }
  }
  yield* reopened(open, court)
}

function* reopened<Outcome>(
  open: ObjectId[],
  court: CandidateChecks<Outcome>,
): Generator<SettledCandidate<Outcome> | null, void> {
  const outcomes: (Outcome | null)[] = []
  for (let next = 0; next < open.length; ) {
    yield null
    court.again()
    for (let place = next; place < open.length; place++) {
      outcomes[place] ??= yield* rest(court.settle(open[place]))
      const outcome = outcomes[place]
      if (outcome !== null && place === next) {
        yield { object: open[place], outcome }
        next++
      }
      if (court.isDue()) yield null
    }
  }
  open.length = 0
}
