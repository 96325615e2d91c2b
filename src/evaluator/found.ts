// The result of a lookup for one object: what a check of it would return, be it a refusal. One
// relationship that cannot be evaluated therefore never ends a list. The two kinds of result share
// no field but the id, so that a caller has to ask `isRefused` before it reads `missing`.

import { asRefusal, type Refusal, refusals } from '../terms/index.js'
import { Rest, type Sliced } from './sliced.js'

export type Found = Granted | Refused

/** An object with a verdict other than no. */
export interface Granted {
  readonly id: string
  /** The caveat parameters that the permission depends on: sorted, empty if it is certain. */
  readonly missing: readonly string[]
}

/**
 * An object whose check is refused because a caveat cannot be evaluated or the data is nested too
 * deeply.
 */
interface Refused {
  readonly id: string
  readonly refusal: Refusal
}

export const isRefused = (found: Found): found is Refused => 'refusal' in found

/**
 * Returns what the check returns, or the refusal it throws. Whatever does not concern this object
 * alone is thrown: a bound on work, a caller who has left, rows that are not loaded, the end of a
 * slice.
 */
export function orRefused<Result>(check: () => Result): Result | Refusal {
  try {
    return check()
  } catch (error) {
    return toRefusal(error)
  }
}

/** Does the same for a check that may pause. */
export function orRefusedInSlices<Result>(check: () => Sliced<Result>): Sliced<Result | Refusal> {
  const checked = orRefused(check)
  return checked instanceof Rest ? new Rest(refusedLater(checked.work)) : checked
}

function* refusedLater<Result>(work: Generator<null, Result>): Generator<null, Result | Refusal> {
  try {
    return yield* work
  } catch (error) {
    return toRefusal(error)
  }
}

/**
 * Turns the error into a refusal of one object's check.
 * @throws the error itself, if it is not such a refusal
 */
export function toRefusal(error: unknown): Refusal {
  const refusal = asRefusal(error)
  const kind = refusals[refusal.code]
  if (kind !== 'invalid' && kind !== 'unmet') throw refusal
  return refusal
}
