// Work in time slices. A turn says how long work may run before other work has its turn. Work that
// ends within its first slice returns a plain value and pays for nothing. Otherwise the remaining
// work is a generator, which yields a null whenever other work may run. Synchronous steps stop by
// throwing SLICE_OVER and are run again later, when the trail (trail.ts) restores their state.

/** The time that work may take. */
export interface Turn {
  /** The units of work between two looks at the clock. */
  readonly stride: number
  /** Whether other work should run now. */
  isOver(): boolean
}

/** The turn of work that runs to its end without a pause. */
export const ENDLESS: Turn = { stride: 2 ** 30, isOver: () => false }

/**
 * The value that a step throws when its slice is over. It is one symbol, so that no stack trace is
 * captured.
 */
export const SLICE_OVER: unique symbol = Symbol('slice over')

/** The remaining work of a computation whose first slice is over. */
export class Rest<Result> {
  readonly work: Generator<null, Result>

  constructor(work: Generator<null, Result>) {
    this.work = work
  }
}

export type Sliced<Result> = Result | Rest<Result>

/** Runs the step. If the slice ends first, the result is the work that remains. */
export function firstSlice<Result>(step: () => Result): Sliced<Result> {
  try {
    return step()
  } catch (error) {
    if (error !== SLICE_OVER) throw error
    return new Rest(afterPause(step))
  }
}

/** Runs the step, again after each slice that ended before the step did. */
export function* inSlices<Result>(step: () => Result): Generator<null, Result> {
  for (;;) {
    try {
      return step()
    } catch (error) {
      if (error !== SLICE_OVER) throw error
    }
    yield null
  }
}

/** Runs the step after a pause. */
export function* afterPause<Result>(step: () => Result): Generator<null, Result> {
  yield null
  return yield* inSlices(step)
}

/** Completes the work within a generator that may pause. */
export function* rest<Result>(sliced: Sliced<Result>): Generator<null, Result> {
  return sliced instanceof Rest ? yield* sliced.work : sliced
}

/** Applies a function to the result. */
export function mapped<From, To>(sliced: Sliced<From>, make: (from: From) => To): Sliced<To> {
  return sliced instanceof Rest ? new Rest(made(sliced.work, make)) : make(sliced)
}

function* made<From, To>(
  work: Generator<null, From>,
  make: (from: From) => To,
): Generator<null, To> {
  return make(yield* work)
}

/** Completes the work without a pause. */
export function atOnce<Result>(sliced: Sliced<Result>): Result {
  if (!(sliced instanceof Rest)) return sliced
  for (;;) {
    const { done, value } = sliced.work.next()
    if (done) return value
  }
}

/**
 * Advances sliced work by one slice within a synchronous step.
 * @throws SLICE_OVER if the work is not done
 */
export function stepOf<Result>(work: Generator<null, Result>): Result {
  const { done, value } = work.next()
  if (done) return value
  throw SLICE_OVER
}

/** A counter of the work that a generator does, which says when to pause. */
export class Breather {
  readonly #turn: Turn
  #left: number

  constructor(turn: Turn = ENDLESS) {
    this.#turn = turn
    this.#left = turn.stride
  }

  /** Counts more units of work. @returns whether it is time to pause */
  isDue(units = 1): boolean {
    this.#left -= units
    if (this.#left >= 0) return false
    this.#left = this.#turn.stride
    return this.#turn.isOver()
  }
}
