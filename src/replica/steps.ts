// Long work in steps: a generator that gives null after each, so that whoever drives it can let
// others have their turn there. It knows no time: a step is some items, of which each takes well
// below a microsecond, and the driver takes as many steps together as it has time for.

/** Items of one step: some 20 to 100 µs, more where ids of the greatest length are copied. */
const STEP = 1024

/** Work that may pause wherever it gives null, and what it comes to. */
export type Steps<Result> = Generator<null, Result>

/** Calls `work` for one range after the other, from 0 up to `count`. */
export function* inSteps(count: number, work: (start: number, end: number) => void): Steps<void> {
  for (let start = 0; start < count; start += STEP) {
    work(start, Math.min(start + STEP, count))
    yield null
  }
}

/** All steps at once. */
export function atOnce<Result>(work: Steps<Result>): Result {
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
  }
}
