// The requests under way that may last long: streams, and imports that are still arriving. When the
// service closes, they end with a refusal, and clients continue at another node from their last
// cursor. Streams whose key is revoked end as well. The connection of a reader that does not take
// the refusal is closed.

import type { ServerResponse } from 'node:http'
import { limits, Refusal } from '../terms/index.js'
import type { KeyHolder } from './keyring.js'

/** A stream under way. */
interface OpenStream {
  readonly response: ServerResponse
  /** The key of the request. Null on a route that needs none. */
  readonly holder: KeyHolder | null
}

export class InFlight {
  readonly #streams = new Map<AbortController, OpenStream>()
  #answers = 0
  #refusal: Refusal | null = null
  #isOver = false

  /** The refusal for requests once the service is about to close, or null before that. */
  get refusal(): Refusal | null {
    return this.#refusal
  }

  get count(): number {
    return this.#streams.size
  }

  /**
   * Counts the answer among those that hold a page in memory, until its connection is done with it.
   * @throws Refusal `too-many-streams` while as many as allowed are under way
   */
  enterAnswer(response: ServerResponse): void {
    const max = limits.answerStreamsMax
    if (this.#answers >= max) {
      throw new Refusal(
        'too-many-streams',
        `this node streams ${max} answers at a time, try again or at another node`,
      )
    }
    this.#answers++
    response.once('close', () => this.#answers--)
  }

  /**
   * Registers a stream. `stop` is aborted with a refusal when the service closes or the key is
   * revoked. Returns a function that unregisters the stream.
   */
  enter(stop: AbortController, response: ServerResponse, holder: KeyHolder | null): () => void {
    if (this.#isOver) stop.abort(this.#refusal)
    if (holder?.isRevoked === true) stop.abort(revoked())
    this.#streams.set(stop, { response, holder })
    return () => this.#streams.delete(stop)
  }

  /** Ends the streams whose key has been revoked. */
  endRevoked(): void {
    this.#end(
      [...this.#streams].filter(([, { holder }]) => holder?.isRevoked === true),
      revoked(),
    )
  }

  /** Announces that the service is about to close. It still answers all requests. */
  announce(): void {
    this.#refusal ??= new Refusal('shutting-down', 'the service is shutting down, try again')
  }

  /** Ends all streams, and each that is registered later. */
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
