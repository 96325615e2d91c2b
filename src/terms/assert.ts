// Faults: a broken invariant of our own, never a user's mistake. It surfaces as a 500 and is logged.

export class Fault extends Error {
  override readonly name = 'Fault'
}

/** Throws a Fault when `condition` does not hold. `claim` says what should have been true. */
export function assert(condition: unknown, claim: string): asserts condition {
  if (!condition) throw new Fault(claim)
}
