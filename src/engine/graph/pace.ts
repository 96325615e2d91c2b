// Long work beside short work: the event loop gets its turn between slices of it, what it lacks is
// loaded there, and it stops there when nobody waits for it any more.

import type { WorkingSet } from '../../rows/index.js'
import { NEVER, type Stop } from '../stop.js'

/**
 * The items of work that gives null wherever it may pause; and what it returns.
 * @param workingSet what it is about, if that may lack rows
 * @throws the reason to stop, at a pause; what the loading throws
 */
export async function* paced<Item, Result>(
  work: Generator<Item | null, Result>,
  workingSet: WorkingSet | null,
  stop: Stop = NEVER,
): AsyncGenerator<Item, Result> {
  try {
    for (;;) {
      const { done, value } = work.next()
      if (done) return value
      if (value !== null) yield value
      else if (workingSet?.isWanting) {
        await workingSet.load()
        stop.signal.throwIfAborted()
      } else await nextTurn(stop)
    }
  } finally {
    work.return(undefined as Result)
  }
}

/** @throws the reason to stop */
export async function nextTurn({ signal }: Stop): Promise<void> {
  await new Promise(resolve => setImmediate(resolve))
  signal.throwIfAborted()
}
