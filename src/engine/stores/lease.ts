// The lease of an open store for the time of one request. The store stays open until it ends.

import type { Refusal } from '../../terms/index.js'
import type { Engine } from '../engine.js'

export class Lease {
  readonly engine: Engine
  readonly #onEnd: (lease: Lease) => void
  #deleted: Refusal | null = null
  #onDeleted: ((refusal: Refusal) => void) | null = null

  constructor(engine: Engine, onEnd: (lease: Lease) => void) {
    this.engine = engine
    this.#onEnd = onEnd
  }

  /** Calls `onDeleted` with the refusal when the store is deleted; at once if it is already. */
  whenDeleted(onDeleted: (refusal: Refusal) => void): void {
    this.#onDeleted = onDeleted
    if (this.#deleted !== null) onDeleted(this.#deleted)
  }

  /** Reports that the store is deleted. */
  refuse(refusal: Refusal): void {
    this.#deleted = refusal
    this.#onDeleted?.(refusal)
  }

  end(): void {
    this.#onEnd(this)
  }
}
