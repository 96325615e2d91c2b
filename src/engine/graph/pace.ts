// The pace of long work: between its slices the event loop and other work get their turn, rows that
// it lacks are loaded, and the work stops if nobody waits for it any more.

import { Rest, type Sliced } from '../../evaluator/index.js'
import type { WorkingSet } from '../../rows/index.js'
import { NEVER, type Stop } from '../stop.js'
import type { TurnShare } from './turns.js'

/** The turns that work takes, and the signal to stop it. */
export interface Pace {
  readonly turn: TurnShare
  readonly stop?: Stop
}

/**
 * Runs the work to its end.
 * @returns what it returns
 * @throws the reason to stop, at a pause; what the work throws
 */
export async function finished<Result>(
  work: Generator<null, Result>,
  { turn, stop = NEVER }: Pace,
): Promise<Result> {
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
    await turn.next(stop)
  }
}

/** Runs sliced work to its end; at once if it is done already. */
export const settle = <Result>(sliced: Sliced<Result>, pace: Pace): Result | Promise<Result> =>
  sliced instanceof Rest ? finished(sliced.work, pace) : sliced

/**
 * Runs work that yields items, and null wherever it may pause.
 * @param workingSet the rows that the work reads, if some may not be loaded
 * @throws the reason to stop, at a pause; what the loading throws
 */
export async function* paced<Item, Result>(
  work: Generator<Item | null, Result>,
  workingSet: WorkingSet | null,
  { turn, stop = NEVER }: Pace,
): AsyncGenerator<Item, Result> {
  try {
    for (;;) {
      const { done, value } = work.next()
      if (done) return value
      if (value !== null) yield value
      else if (workingSet?.isWanting) {
        await workingSet.load()
        stop.signal.throwIfAborted()
      } else await turn.next(stop)
    }
  } finally {
    work.return(undefined as Result)
  }
}
