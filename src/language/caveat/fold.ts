// Macros over the items of a list or the keys of a map.

import type { FoldMacro } from './expression.js'
import { decide, type Frame, gather, isHeldUp, notBool, type Step } from './step.js'
import {
  CaveatFailure,
  type CaveatList,
  isList,
  isMapping,
  type Result,
  type Value,
} from './value.js'

interface FoldSteps {
  readonly macro: FoldMacro
  readonly range: Step
  readonly condition: Step | null
  readonly body: Step
  /** Where the steps find the item. */
  readonly slot: number
}

export function toFoldStep({ macro, range, condition, body, slot }: FoldSteps): Step {
  return frame => {
    const whole = range(frame)
    if (isHeldUp(whole)) return whole
    if (isMapping(whole)) frame.budget.spend(whole.size / 4)
    const items = isMapping(whole) ? [...whole.keys()] : whole
    if (!isList(items)) return new CaveatFailure(`\`${macro}\` needs a list or a map`)
    const resultAt = (step: Step, of: CaveatList) => (i: number) => at(frame, slot, of[i], step)
    if (macro === 'all' || macro === 'exists') {
      const how = { deciding: macro === 'exists', budget: frame.budget }
      return decide(items.length, resultAt(body, items), how)
    }
    if (macro === 'map' && condition === null) return gather(items.length, resultAt(body, items))
    const chosen = choose(items, resultAt(condition ?? body, items))
    if (isHeldUp(chosen) || macro === 'filter') return chosen
    if (macro === 'exists_one') return chosen.length === 1
    return gather(chosen.length, resultAt(body, chosen))
  }
}

function at(frame: Frame, slot: number, item: Value, step: Step): Result {
  frame.budget.spend(1)
  frame.slots[slot] = item
  return step(frame)
}

function choose(items: CaveatList, resultAt: (i: number) => Result): ReturnType<typeof gather> {
  const choices = gather(items.length, i => {
    const result = resultAt(i)
    return isHeldUp(result) || typeof result === 'boolean' ? result : notBool(result)
  })
  return isHeldUp(choices) ? choices : items.filter((_, i) => choices[i] === true)
}
