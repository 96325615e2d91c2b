// Faults: broken invariants of our own code, never mistakes of a user. A fault is answered as a 500
// and logged.

export class Fault extends Error {
  override readonly name = 'Fault'
}

/** Throws a Fault unless `condition` holds. `claim` says what should have been true. */
export function assert(condition: unknown, claim: string): asserts condition {
  if (!condition) throw new Fault(claim)
}
