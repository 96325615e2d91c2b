// What is under way and would not end soon by itself: streams, and imports that are still arriving.
// When the service closes they are stopped, so that their clients go on elsewhere at once.

import { Refusal } from '../terms/index.js'

export class UnderWay {
  readonly #stops = new Set<AbortController>()
  #refusal: Refusal | null = null

  /** What new requests are told once the service closes, or null. */
  get refusal(): Refusal | null {
    return this.#refusal
  }

  get count(): number {
    return this.#stops.size
  }

  /** Aborts it, with the refusal to tell, when the service closes, unless what this gives is called before. */
  enter(stop: AbortController): () => void {
    if (this.#refusal !== null) stop.abort(this.#refusal)
    this.#stops.add(stop)
    return () => this.#stops.delete(stop)
  }

  end(): void {
    this.#refusal ??= new Refusal('shutting-down', 'the service is shutting down, try again')
    for (const stop of this.#stops) stop.abort(this.#refusal)
  }
}
