// What a running expression is made of: steps over a frame, and the two ways in which the results of
// several steps make one. A strict operation needs them all; a decision may need only one of them.

import type { Budget } from './budget.js'
import { costOfLack, costOfOutcome } from './cost.js'
import { CaveatFailure, type Outcome, type Result, Unknown, type Value } from './value.js'

export interface Frame {
  /** Values of the parameters, then of the macros' variables, the outer ones first. */
  readonly slots: Result[]
  readonly budget: Budget
}

export type Step = (frame: Frame) => Result

/** A step that gives all of its operands to `apply`. */
export function strict(
  operands: readonly Step[],
  apply: (values: readonly Value[], budget: Budget) => Outcome,
): Step {
  return frame => {
    const values = gather(operands.length, i => operands[i](frame))
    if (isHeldUp(values)) {
      frame.budget.spend(costOfLack(values))
      return values
    }
    frame.budget.spend(1 + values.length / 2)
    const outcome = apply(values, frame.budget)
    if (outcome instanceof CaveatFailure) frame.budget.spend(costOfOutcome(outcome, values))
    return outcome
  }
}

/** Whether there is no value. */
export const isHeldUp = (result: unknown): result is Unknown | CaveatFailure =>
  result instanceof Unknown || result instanceof CaveatFailure

/** All values, if there are. Else the first failure; else what is unknown, joined. */
export function gather(
  count: number,
  resultAt: (i: number) => Result,
): readonly Value[] | Unknown | CaveatFailure {
  const values: Value[] = []
  let unknown: Set<string> | null = null
  for (let i = 0; i < count; i++) {
    const result = resultAt(i)
    if (result instanceof CaveatFailure) return result
    if (result instanceof Unknown) unknown = joined(unknown, result)
    else values.push(result)
  }
  return unknown === null ? values : new Unknown(unknown)
}

/** Steps that one operand of logic takes. */
const OPERAND = 0.25

/** `deciding` if one result is; else what is unknown, joined; else the first failure. */
export function decide(
  count: number,
  resultAt: (i: number) => Result,
  { deciding, budget }: { readonly deciding: boolean; readonly budget: Budget },
): boolean | Unknown | CaveatFailure {
  let unknown: Set<string> | null = null
  let failure: CaveatFailure | null = null
  for (let i = 0; i < count; i++) {
    const result = resultAt(i)
    if (result === deciding) return deciding
    budget.spend(result instanceof Unknown ? costOfLack(result) : OPERAND)
    if (result instanceof Unknown) unknown = joined(unknown, result)
    else if (result !== !deciding) failure ??= notBool(result)
  }
  return unknown === null ? (failure ?? !deciding) : new Unknown(unknown)
}

function joined(names: Set<string> | null, unknown: Unknown): Set<string> {
  if (names === null) return new Set(unknown.names)
  for (const name of unknown.names) names.add(name)
  return names
}

export const notBool = (result: Value | CaveatFailure): CaveatFailure =>
  result instanceof CaveatFailure
    ? result
    : new CaveatFailure('a value is no bool where one is needed')
