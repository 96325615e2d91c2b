// What a lookup tells of an object: what a check of it would, also if that is a refusal, so that one
// relationship that cannot be evaluated never ends a list. The two have no field in common but the
// id: who reads `missing` must have asked first whether there is a verdict at all.

import { Refusal, refusals } from '../terms/index.js'
import { Rest, type Sliced } from './sliced.js'

export type Found = Granted | Refused

/** An object with a verdict other than no. */
export interface Granted {
  readonly id: string
  /** What the permission depends on: sorted names, none if it is there for certain. */
  readonly missing: readonly string[]
}

/** An object whose check is refused: a caveat cannot be evaluated, or the data is nested too deeply. */
interface Refused {
  readonly id: string
  readonly refusal: Refusal
}

export const isRefused = (found: Found): found is Refused => 'refusal' in found

/**
 * What the check gives, or why it is refused. Whatever is not about the one object alone is thrown: a
 * bound on work, a caller who has left, rows that are not loaded, the end of a slice.
 */
export function orRefused<Result>(check: () => Result): Result | Refusal {
  try {
    return check()
  } catch (error) {
    return toRefusal(error)
  }
}

/** The same for a check that may pause. */
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

/** The error as a refusal of one object's check. @throws the error, if it is none */
export function toRefusal(error: unknown): Refusal {
  if (!(error instanceof Refusal)) throw error
  const kind = refusals[error.code]
  if (kind !== 'invalid' && kind !== 'unmet') throw error
  return error
}
