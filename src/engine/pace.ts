// Long work beside short work: the event loop gets its turn between slices of it, and the work stops
// there when nobody waits for it any more.

import { NEVER, type Stop } from './stop.js'

/**
 * The items of work that gives null wherever it may pause.
 * @throws the reason to stop, at a pause
 */
export async function* paced<Item>(
  work: Iterable<Item | null>,
  stop: Stop = NEVER,
): AsyncGenerator<Item, void> {
  for (const item of work) {
    if (item === null) await nextTurn(stop)
    else yield item
  }
}

/** @throws the reason to stop */
export async function nextTurn({ signal }: Stop): Promise<void> {
  await new Promise(resolve => setImmediate(resolve))
  signal.throwIfAborted()
}
