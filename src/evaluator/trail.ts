// The way back to where a slice ended. While the calls of a walk are left, each puts down what it had
// come to, the innermost first; when the walk is taken again it goes the same way, since whatever it
// had settled it knows, and each call takes up its own, the outermost first. So to go on costs what
// the depth is, not what was done before; nothing is charged twice, and nothing is kept but here.

import { SLICE_OVER } from './sliced.js'

export class Trail {
  /** Most walks never stop: null until one does. */
  #left: unknown[] | null = null

  /** What this call had come to, if the walk is on its way back to it. */
  take<State>(): State | undefined {
    return this.#left === null ? undefined : (this.#left.pop() as State | undefined)
  }

  /** @returns the error, which is to be thrown on; if the slice is over, the state is put down */
  leave<State>(error: unknown, state: State): unknown {
    if (error !== SLICE_OVER) this.#left = null
    else if (this.#left === null) this.#left = [state]
    else this.#left.push(state)
    return error
  }
}
