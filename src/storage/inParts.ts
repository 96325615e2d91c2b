// Work over many relationships, done in parts. Between two parts the event loop is free, so that
// one large write keeps nobody else waiting.

import { setImmediate as nextTurn } from 'node:timers/promises'

/** The number of relationships in one part: one statement, or about 2 ms of work in memory. */
export const PART_SIZE = 1000

/** Calls `work` for each part of the list, in order, with a pause between two parts. */
export async function inParts<T>(
  list: readonly T[],
  work: (part: readonly T[]) => void | Promise<void>,
): Promise<void> {
  if (list.length <= PART_SIZE) return work(list)
  for (let start = 0; start < list.length; start += PART_SIZE) {
    if (start > 0) await nextTurn()
    await work(list.slice(start, start + PART_SIZE))
  }
}
