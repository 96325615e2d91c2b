// What a request says beside its message: who writes and why, its id, and whatever a protocol reads from
// headers of its own. Actor and reason are percent-encoded, so that a header can hold any name.

import type { FastifyRequest } from 'fastify'
import { type JsonObject, limits, Refusal, type RevisionNote } from '../terms/index.js'

const ACTOR = 'x-pemba-actor'
const REASON = 'x-pemba-reason'
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u

/** For the description of every route that writes. */
export const NOTE_HEADERS = `The headers \`${ACTOR}\` and \`${REASON}\`, percent-encoded, say who writes and why, and are kept.`

export interface CallMetadata {
  readonly requestId: string
  /** Who acts. @throws Refusal `invalid-argument` for a header that is no printable text, or too long */
  readonly actor: string | null
  /** Why. @throws Refusal as the actor does */
  readonly reason: string | null
  /** Whether a header was sent, by its name in lower case. */
  has(header: string): boolean
}

/** Of a request of the framework. Headers are read when they are asked for: most calls need none. */
export class RequestMetadata implements CallMetadata {
  readonly #request: FastifyRequest

  constructor(request: FastifyRequest) {
    this.#request = request
  }

  get requestId(): string {
    return this.#request.id
  }

  get actor(): string | null {
    return toText(this.#request, ACTOR)
  }

  get reason(): string | null {
    return toText(this.#request, REASON)
  }

  has(header: string): boolean {
    return this.#request.headers[header] !== undefined
  }
}

/**
 * The note that a revision keeps.
 * @throws Refusal `invalid-argument` for a header that is too long or not printable text
 */
export const toNote = (
  { actor, reason, requestId }: CallMetadata,
  metadata: JsonObject | null,
): RevisionNote => ({ actor, reason, requestId, metadata })

function toText(request: FastifyRequest, header: string): string | null {
  const encoded = request.headers[header]
  if (encoded === undefined || encoded === '') return null
  const text = typeof encoded === 'string' ? decode(encoded) : null
  if (text === null || text.length > limits.noteCharactersMax || UNPRINTABLE.test(text)) {
    throw new Refusal(
      'invalid-argument',
      `invalid header \`${header}\`: expected percent-encoded text of at most ${limits.noteCharactersMax} characters`,
    )
  }
  return text
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
