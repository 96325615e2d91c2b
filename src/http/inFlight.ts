// What is under way and would not end soon by itself: streams, and imports that are still arriving.
// When the service closes they are told to go on elsewhere, those whose key is taken away are told
// so, and those who do not listen are cut off.

import type { ServerResponse } from 'node:http'
import { limits, Refusal } from '../terms/index.js'
import type { KeyHolder } from './keyring.js'

interface OpenStream {
  readonly response: ServerResponse
  /** Null where no key was asked for. */
  readonly holder: KeyHolder | null
}

export class InFlight {
  readonly #streams = new Map<AbortController, OpenStream>()
  #refusal: Refusal | null = null
  #isOver = false

  /** Why others are better asked, once the service is about to close, or null. */
  get refusal(): Refusal | null {
    return this.#refusal
  }

  get count(): number {
    return this.#streams.size
  }

  /**
   * Aborts it, with the refusal to tell, when the service closes or its key is taken away, unless what
   * this gives is called before.
   */
  enter(stop: AbortController, response: ServerResponse, holder: KeyHolder | null): () => void {
    if (this.#isOver) stop.abort(this.#refusal)
    if (holder?.isRevoked === true) stop.abort(revoked())
    this.#streams.set(stop, { response, holder })
    return () => this.#streams.delete(stop)
  }

  /** Ends those whose key has been taken away. */
  endRevoked(): void {
    this.#end(
      [...this.#streams].filter(([, { holder }]) => holder?.isRevoked === true),
      revoked(),
    )
  }

  /** The service is about to close, and still does all that it is asked. */
  announce(): void {
    this.#refusal ??= new Refusal('shutting-down', 'the service is shutting down, try again')
  }

  end(): void {
    this.announce()
    this.#isOver = true
    this.#end([...this.#streams], this.#refusal)
  }

  #end(
    streams: readonly (readonly [AbortController, OpenStream])[],
    refusal: Refusal | null,
  ): void {
    for (const [stop] of streams) stop.abort(refusal)
    setTimeout(() => {
      for (const [stop, { response }] of streams) if (this.#streams.has(stop)) response.destroy()
    }, limits.farewellMs).unref()
  }
}

const revoked = (): Refusal =>
  new Refusal('unauthenticated', 'the key has been taken away, expected one that is valid')
