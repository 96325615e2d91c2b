// The steps of a running expression, and the two ways to combine the results of several steps. A
// strict operation needs all of them. A decision may need only one.

import type { Budget } from './budget.js'
import { costOfMissing, costOfOutcome } from './cost.js'
import { CaveatFailure, type Outcome, type Result, Unknown, type Value } from './value.js'

/** The state of one evaluation. */
export interface Frame {
  /** The values of the parameters, then of the macros' variables, outer ones first. */
  readonly slots: Result[]
  readonly budget: Budget
}

/** An executable piece of an expression. */
export type Step = (frame: Frame) => Result

/** A step that passes the values of all operands to `apply`, unless one has no value. */
export function strict(
  operands: readonly Step[],
  apply: (values: readonly Value[], budget: Budget) => Outcome,
): Step {
  return frame => {
    const values = gather(operands.length, i => operands[i](frame))
    if (hasNoValue(values)) {
      frame.budget.spend(costOfMissing(values))
      return values
    }
    frame.budget.spend(1 + values.length / 2)
    const outcome = apply(values, frame.budget)
    if (outcome instanceof CaveatFailure) frame.budget.spend(costOfOutcome(outcome, values))
    return outcome
  }
}

/** Whether the result is not a value. */
export const hasNoValue = (result: unknown): result is Unknown | CaveatFailure =>
  result instanceof Unknown || result instanceof CaveatFailure

/**
 * All values if every result is one. Otherwise the first failure, or if there is none, the combined
 * unknown.
 */
export function gather(
  count: number,
  resultAt: (i: number) => Result,
): readonly Value[] | Unknown | CaveatFailure {
  const values: Value[] = []
  let unknown: Set<string> | null = null
  for (let i = 0; i < count; i++) {
    const result = resultAt(i)
    if (result instanceof CaveatFailure) return result
    if (result instanceof Unknown) unknown = addNames(unknown, result)
    else values.push(result)
  }
  return unknown === null ? values : new Unknown(unknown)
}

/** Steps for one operand of a logical operator. */
const LOGIC_OPERAND = 0.25

/**
 * `deciding` if one of the results equals it. Otherwise the combined unknown, or if there is none,
 * the first failure, or else the opposite of `deciding`.
 */
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
    budget.spend(result instanceof Unknown ? costOfMissing(result) : LOGIC_OPERAND)
    if (result instanceof Unknown) unknown = addNames(unknown, result)
    else if (result !== !deciding) failure ??= notBool(result)
  }
  return unknown === null ? (failure ?? !deciding) : new Unknown(unknown)
}

/** The names with those of one more unknown. */
function addNames(names: Set<string> | null, unknown: Unknown): Set<string> {
  if (names === null) return new Set(unknown.names)
  for (const name of unknown.names) names.add(name)
  return names
}

/** The failure of a result that had to be a boolean. */
export const notBool = (result: Value | CaveatFailure): CaveatFailure =>
  result instanceof CaveatFailure
    ? result
    : new CaveatFailure('a value is no bool where one is needed')
