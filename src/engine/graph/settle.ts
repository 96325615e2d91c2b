// Repeated attempts at a question over a graph on demand. Each attempt finds out which further rows
// it needs, and all of them are loaded in one batch. A chain of d sub-questions takes d + 1
// batches, not one per relationship.

import { Unloaded } from '../../evaluator/index.js'
import { limits, Refusal } from '../../terms/index.js'
import type { View } from './view.js'

/**
 * Repeats the attempt until it does not throw Unloaded any more.
 * @throws Refusal `work-exceeded` when there are too many rounds; what the attempt throws, and the
 * loading
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

/**
 * Maps the items. If some throw Unloaded, the others are still tried, so that all missing rows are
 * loaded in one batch.
 * @throws Unloaded
 */
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
    `work exceeded: the question leads over more than ${limits.settleRoundsMax} levels of ` +
      'relationships',
  )
