// Long work beside short work: the event loop and others get their turn between slices of it, what it
// lacks is loaded there, and it stops there when nobody waits for it any more.

import { Rest, type Sliced } from '../../evaluator/index.js'
import type { WorkingSet } from '../../rows/index.js'
import { NEVER, type Stop } from '../stop.js'
import type { TurnShare } from './turns.js'

/** How work is to go on: by whose turns, and until when somebody waits for it. */
export interface Pace {
  readonly turn: TurnShare
  readonly stop?: Stop
}

/** What the work returns. @throws the reason to stop, at a pause; what the work throws */
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

/** The same for work that may be done. */
export const settle = <Result>(sliced: Sliced<Result>, pace: Pace): Result | Promise<Result> =>
  sliced instanceof Rest ? finished(sliced.work, pace) : sliced

/**
 * The items of work that gives null wherever it may pause; and what it returns.
 * @param workingSet what it is about, if that may lack rows
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
