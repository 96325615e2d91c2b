// Long work in steps: a generator that yields null after each step, where its driver can let other
// work run. A step is a number of items and not a time: an item takes well below a microsecond, and
// the driver takes as many steps in a row as it has time for.

/** Items of one step, which take 20 to 100 µs, or more where very long ids are copied. */
const STEP = 1024

/** Work that may pause wherever it yields null, and that returns its result at the end. */
export type Steps<Result> = Generator<null, Result>

/** Calls `work` for one range after another, from 0 up to `count`. */
export function* inSteps(count: number, work: (start: number, end: number) => void): Steps<void> {
  for (let start = 0; start < count; start += STEP) {
    work(start, Math.min(start + STEP, count))
    yield null
  }
}

/** Takes all steps at once and returns the result. */
export function atOnce<Result>(work: Steps<Result>): Result {
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
  }
}
