// The algebra of verdicts: no, yes, conditional and pending. A conditional verdict depends on
// caveat parameters that nobody has supplied. A pending one is not known yet and can still become
// any of the others. No, yes and conditional follow Kleene's three-valued logic. Pending stands for
// whatever it turns out to be, so yes beats it in a union and no beats it in an intersection. A
// verdict that is not pending therefore holds however its pending parts end. No and yes are small
// integers, so that the common path allocates nothing.

export const NO = 0
export const YES = 1
export const PENDING = 2

/**
 * A verdict that stays open until the missing parameters are supplied: sorted names, each once, at
 * least one.
 */
interface Conditional {
  readonly missing: readonly string[]
}

export type Verdict = typeof NO | typeof YES | typeof PENDING | Conditional

/** Makes a verdict that depends on these names. They must be sorted, each once. */
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

/** The verdict of being in `base` and not in `excluded`. */
export function subtract(base: Verdict, excluded: Verdict): Verdict {
  return intersect(base, negate(excluded))
}

function negate(verdict: Verdict): Verdict {
  if (verdict === NO) return YES
  return verdict === YES ? NO : verdict
}

/** The verdict of two operands of which neither decides the outcome. */
function undecided(a: Verdict, b: Verdict): Verdict {
  if (!isConditional(a) || !isConditional(b)) return PENDING
  return a === b ? a : conditional(mergeNames(a.missing, b.missing))
}

const mergeNames = (a: readonly string[], b: readonly string[]): readonly string[] =>
  [...new Set([...a, ...b])].sort()
