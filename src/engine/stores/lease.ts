// The use of an open store for the time of one request: the store stays open until its end.

import type { Refusal } from '../../terms/index.js'
import type { Engine } from '../engine.js'

export class Lease {
  readonly engine: Engine
  readonly #ended: (lease: Lease) => void
  #deleted: Refusal | null = null
  #tell: ((refusal: Refusal) => void) | null = null

  constructor(engine: Engine, ended: (lease: Lease) => void) {
    this.engine = engine
    this.#ended = ended
  }

  /** Calls `tell`, with what to tell, when the store is deleted; at once if it is already. */
  whenDeleted(tell: (refusal: Refusal) => void): void {
    this.#tell = tell
    if (this.#deleted !== null) tell(this.#deleted)
  }

  /** The store is deleted. */
  refuse(refusal: Refusal): void {
    this.#deleted = refusal
    this.#tell?.(refusal)
  }

  end(): void {
    this.#ended(this)
  }
}
