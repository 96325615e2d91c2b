// A question over a graph that is not held as a whole is asked again and again: each attempt finds out
// what else it needs, all of which comes in one batch. A chain of d sub-questions takes d + 1 batches,
// not one for each relationship.

import { Unloaded } from '../../evaluator/index.js'
import { limits, Refusal } from '../../terms/index.js'
import type { View } from './view.js'

/**
 * What the attempt gives, once it does not throw Unloaded any more.
 * @throws Refusal `work-exceeded` when it has no end; what the attempt throws, and the loading
 */
export async function settled<T>(view: View, attempt: () => T | Promise<T>): Promise<T> {
  if (view.workingSet === null) return attempt()
  for (let rounds = 0; rounds <= limits.settleRoundsMax; rounds++) {
    try {
      const answer = await attempt()
      view.workingSet.forget()
      return answer
    } catch (error) {
      if (!(error instanceof Unloaded)) throw error
      do await view.workingSet.load()
      while (view.workingSet.isWanting)
    }
  }
  throw tooFar()
}

/** What each of the items comes to; what all of them lack comes in one batch. @throws Unloaded */
export function mapSettled<Item, Found>(
  items: readonly Item[],
  toFound: (item: Item) => Found,
): readonly Found[] {
  const found: Found[] = []
  let open: Unloaded | null = null
  for (const item of items) {
    try {
      found.push(toFound(item))
    } catch (error) {
      if (!(error instanceof Unloaded)) throw error
      open = error
    }
  }
  if (open !== null) throw open
  return found
}

const tooFar = (): Refusal =>
  new Refusal(
    'work-exceeded',
    `work exceeded: the question leads over more than ${limits.settleRoundsMax} levels of relationships`,
  )
