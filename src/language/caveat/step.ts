// What a running expression is made of: steps over a frame, and the two ways in which the results of
// several steps make one. A strict operation needs them all; a decision may need only one of them.

import type { Budget } from './budget.js'
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
    if (isHeldUp(values)) return values
    frame.budget.spend(1 + values.reduce((sum: number, value) => sum + weight(value), 0))
    return apply(values, frame.budget)
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

/** `deciding` if one result is; else what is unknown, joined; else the first failure. */
export function decide(
  count: number,
  resultAt: (i: number) => Result,
  deciding: boolean,
): boolean | Unknown | CaveatFailure {
  let unknown: Set<string> | null = null
  let failure: CaveatFailure | null = null
  for (let i = 0; i < count; i++) {
    const result = resultAt(i)
    if (result === deciding) return deciding
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

const WEIGHT_BITS = 6

/** Steps that reading a value once is worth: long texts cost more than short ones. */
const weight = (value: Value): number =>
  typeof value === 'string' || value instanceof Uint8Array ? value.length >> WEIGHT_BITS : 0
