// The saved state of a walk that stopped because its time slice ended. While the walk's calls
// unwind, each pushes its state, the innermost first. When the walk is run again it takes the same
// path, because it remembers every verdict that it has settled, and each call pops its own state,
// the outermost first. Resuming therefore costs as much as the walk is deep, not as much as it has
// done. Nothing is charged to the budget twice, and no other state is kept.

import { SLICE_OVER } from './sliced.js'

export class Trail {
  /** The saved states; null until the first pause, since most walks never pause. */
  #states: unknown[] | null = null

  /** Returns the state that this call saved, or undefined unless the walk is being resumed. */
  resume<State>(): State | undefined {
    return this.#states === null ? undefined : (this.#states.pop() as State | undefined)
  }

  /**
   * Saves the state of this call if the error is the end of the slice.
   * @returns the error, for the caller to rethrow
   */
  save<State>(error: unknown, state: State): unknown {
    if (error !== SLICE_OVER) this.#states = null
    else if (this.#states === null) this.#states = [state]
    else this.#states.push(state)
    return error
  }
}
