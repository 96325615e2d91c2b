// Work in slices: a turn says how long work may go on before others have theirs. What is done within
// its first slice is a plain value, and has paid for nothing; the rest of what is not is a generator,
// each null of which is a moment at which others may have their turn. Synchronous steps leave by
// throwing SLICE_OVER, and are then taken again: what they had come to is on their trail (trail.ts).

/** How long work may go on. */
export interface Turn {
  /** Units of work from one look at the clock to the next. */
  readonly stride: number
  /** Whether others are to have their turn. */
  isOver(): boolean
}

/** For work that goes on to its end. */
export const ENDLESS: Turn = { stride: 2 ** 30, isOver: () => false }

/** Thrown where a step stops because its slice is over. One for all: it has no trace to make. */
export const SLICE_OVER: unique symbol = Symbol('slice over')

/** What is left to do, when the slice was over before. */
export class Rest<Result> {
  readonly work: Generator<null, Result>

  constructor(work: Generator<null, Result>) {
    this.work = work
  }
}

export type Sliced<Result> = Result | Rest<Result>

/** Takes the step; when the slice is over before its end, the rest takes it again. */
export function begin<Result>(step: () => Result): Sliced<Result> {
  try {
    return step()
  } catch (error) {
    if (error !== SLICE_OVER) throw error
    return new Rest(afterPause(step))
  }
}

/** Takes the step, again after each slice that was over before its end. */
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

/** The step, once others have had their turn. */
export function* afterPause<Result>(step: () => Result): Generator<null, Result> {
  yield null
  return yield* inSlices(step)
}

/** The result, within other work that may pause. */
export function* rest<Result>(sliced: Sliced<Result>): Generator<null, Result> {
  return sliced instanceof Rest ? yield* sliced.work : sliced
}

/** What is made of the result. */
export function mapped<From, To>(sliced: Sliced<From>, make: (from: From) => To): Sliced<To> {
  return sliced instanceof Rest ? new Rest(made(sliced.work, make)) : make(sliced)
}

function* made<From, To>(
  work: Generator<null, From>,
  make: (from: From) => To,
): Generator<null, To> {
  return make(yield* work)
}

/** The result, without a pause. */
export function atOnce<Result>(sliced: Sliced<Result>): Result {
  if (!(sliced instanceof Rest)) return sliced
  for (;;) {
    const { done, value } = sliced.work.next()
    if (done) return value
  }
}

/** A step of a work that is itself in slices, where only synchronous steps are taken. */
export function stepOf<Result>(work: Generator<null, Result>): Result {
  const { done, value } = work.next()
  if (done) return value
  throw SLICE_OVER
}

/** Counts work that generators do, and says where they are to pause. */
export class Breather {
  readonly #turn: Turn
  #left: number

  constructor(turn: Turn = ENDLESS) {
    this.#turn = turn
    this.#left = turn.stride
  }

  /** Whether it is time to pause, after so many more units of work. */
  isDue(units = 1): boolean {
    this.#left -= units
    if (this.#left >= 0) return false
    this.#left = this.#turn.stride
    return this.#turn.isOver()
  }
}
