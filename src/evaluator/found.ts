// What a lookup tells of an object: what a check of it would, also if that is a refusal. So one
// relationship that cannot be evaluated never ends a list. The two have no field in common but the
// id: who reads `missing` must have asked first whether there is a verdict at all.

import type { Refusal } from '../terms/index.js'

export type Found = Granted | Refused

/** An object with a verdict other than no. */
export interface Granted {
  readonly id: string
  /** What the permission depends on: sorted names, none if it is there for certain. */
  readonly missing: readonly string[]
}

/** An object whose check is refused: a caveat cannot be evaluated, or the check leads too far. */
export interface Refused {
  readonly id: string
  readonly refusal: Refusal
}

export const isRefused = (found: Found): found is Refused => 'refusal' in found
