// Comprehensions: macros that iterate over the items of a list or the keys of a map.

import type { FoldMacro } from './expression.js'
import { decide, type Frame, gather, hasNoValue, notBool, type Step } from './step.js'
import {
  CaveatFailure,
  type CaveatList,
  isList,
  isMapping,
  type Result,
  type Value,
} from './value.js'

/** The executable parts of a comprehension. */
interface FoldSteps {
  readonly macro: FoldMacro
  readonly range: Step
  readonly condition: Step | null
  readonly body: Step
  /** The slot in which the steps find the current item. */
  readonly slot: number
}

/** The executable comprehension. */
export function toFoldStep({ macro, range, condition, body, slot }: FoldSteps): Step {
  return frame => {
    const whole = range(frame)
    if (hasNoValue(whole)) return whole
    if (isMapping(whole)) frame.budget.spend(whole.size / 4)
    const items = isMapping(whole) ? [...whole.keys()] : whole
    if (!isList(items)) return new CaveatFailure(`\`${macro}\` needs a list or a map`)
    const resultFor = (step: Step, list: CaveatList) => (i: number) =>
      runFor(frame, slot, list[i], step)
    if (macro === 'all' || macro === 'exists') {
      const how = { deciding: macro === 'exists', budget: frame.budget }
      return decide(items.length, resultFor(body, items), how)
    }
    if (macro === 'map' && condition === null) return gather(items.length, resultFor(body, items))
    const chosen = filterItems(items, resultFor(condition ?? body, items))
    if (hasNoValue(chosen) || macro === 'filter') return chosen
    if (macro === 'exists_one') return chosen.length === 1
    return gather(chosen.length, resultFor(body, chosen))
  }
}

/** Runs a step for one item. */
function runFor(frame: Frame, slot: number, item: Value, step: Step): Result {
  frame.budget.spend(1)
  frame.slots[slot] = item
  return step(frame)
}

/** The items for which the condition holds. */
function filterItems(
  items: CaveatList,
  resultFor: (i: number) => Result,
): ReturnType<typeof gather> {
  const choices = gather(items.length, i => {
    const result = resultFor(i)
    return hasNoValue(result) || typeof result === 'boolean' ? result : notBool(result)
  })
  return hasNoValue(choices) ? choices : items.filter((_, i) => choices[i] === true)
}
