// What is under way and would not end soon by itself: streams, and imports that are still arriving.
// When the service closes they are told to go on elsewhere, and those who do not listen are cut off.

import type { ServerResponse } from 'node:http'
import { limits, Refusal } from '../terms/index.js'

export class UnderWay {
  readonly #streams = new Map<AbortController, ServerResponse>()
  #refusal: Refusal | null = null
  #isOver = false

  /** Why others are better asked, once the service is about to close, or null. */
  get refusal(): Refusal | null {
    return this.#refusal
  }

  get count(): number {
    return this.#streams.size
  }

  /** Aborts it, with the refusal to tell, when the service closes, unless what this gives is called before. */
  enter(stop: AbortController, response: ServerResponse): () => void {
    if (this.#isOver) stop.abort(this.#refusal)
    this.#streams.set(stop, response)
    return () => this.#streams.delete(stop)
  }

  /** The service is about to close, and still does all that it is asked. */
  announce(): void {
    this.#refusal ??= new Refusal('shutting-down', 'the service is shutting down, try again')
  }

  end(): void {
    this.announce()
    this.#isOver = true
    for (const stop of this.#streams.keys()) stop.abort(this.#refusal)
    setTimeout(() => {
      for (const response of this.#streams.values()) response.destroy()
    }, limits.farewellMs).unref()
  }
}
