// The algebra of verdicts: no, yes, conditional on names that nobody has given, and pending (not
// known yet, could still become any of the others). Kleene's three-valued logic for the first three;
// pending stands for whatever it may turn out to be, so that yes beats it in a union and no beats it
// in an intersection. An answer that is not pending therefore holds however the pending parts end.
// No and yes are small integers: the common path allocates nothing.

export const NO = 0
export const YES = 1
export const PENDING = 2

/** Undecided until the missing names are given: sorted, each once, at least one. */
interface Conditional {
  readonly missing: readonly string[]
}

export type Verdict = typeof NO | typeof YES | typeof PENDING | Conditional

/** Conditional on names that are sorted, each once. */
export const conditional = (missing: readonly string[]): Conditional => ({ missing })

export const isConditional = (verdict: Verdict): verdict is Conditional =>
  typeof verdict === 'object'

export function union(a: Verdict, b: Verdict): Verdict {
  if (a === NO) return b
  if (b === NO) return a
  if (a === YES || b === YES) return YES
  return undecided(a, b)
}

export function intersect(a: Verdict, b: Verdict): Verdict {
  if (a === YES) return b
  if (b === YES) return a
  if (a === NO || b === NO) return NO
  return undecided(a, b)
}

/** What is in `base` and not in `excluded`. */
export function subtract(base: Verdict, excluded: Verdict): Verdict {
  return intersect(base, negate(excluded))
}

function negate(verdict: Verdict): Verdict {
  if (verdict === NO) return YES
  return verdict === YES ? NO : verdict
}

/** Neither operand is decided, so neither decides the other. */
function undecided(a: Verdict, b: Verdict): Verdict {
  if (!isConditional(a) || !isConditional(b)) return PENDING
  return a === b ? a : conditional(mergeNames(a.missing, b.missing))
}

const mergeNames = (a: readonly string[], b: readonly string[]): readonly string[] =>
  [...new Set([...a, ...b])].sort()
