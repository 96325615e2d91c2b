// Compilation in steps: a generator that gives null wherever it may pause, so that whoever drives it
// can let others have their turn there. It knows no time; the bounds of what is written keep the work
// between two pauses well below a slice.

/** Work that may pause wherever it gives null, and what it comes to. */
export type Work<Result> = Generator<null, Result>

/** What the work comes to, without a pause. */
export function withoutPause<Result>(work: Work<Result>): Result {
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
  }
}
