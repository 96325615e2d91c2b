// Work in steps: a generator that yields null wherever it may pause, so that the caller can give
// others a turn. The generator knows nothing about time. The bounds on written schemas keep the
// work between two pauses well below a time slice.

/** Work that may pause wherever it yields null, and returns its result at the end. */
export type Work<Result> = Generator<null, Result>

/** Runs the work to its end without a pause, and returns its result. */
export function withoutPause<Result>(work: Work<Result>): Result {
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
  }
}
