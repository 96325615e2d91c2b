// The metadata of a request: who writes and why, its id, and headers that a protocol reads itself.
// Actor and reason are in UTF-8 and may be percent-encoded, as some clients can send ASCII only; so
// a literal `%` is written `%25`.

import { isUtf8 } from 'node:buffer'
import type { FastifyRequest } from 'fastify'
import { type JsonObject, limits, Refusal, type RevisionNote } from '../terms/index.js'

const ACTOR = 'x-pemba-actor'
const REASON = 'x-pemba-reason'
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u

/** A part of the description of every route that writes. */
export const NOTE_HEADERS =
  `The headers \`${ACTOR}\` and \`${REASON}\`, in UTF-8 or percent-encoded, say who writes and ` +
  `why, and are kept.`

/** The metadata of a request, as operations see it. */
export interface CallMetadata {
  readonly requestId: string
  /**
   * The person or program that acts.
   * @throws Refusal `invalid-argument` for a header that is too long or not printable text
   */
  readonly actor: string | null
  /**
   * The reason for a write.
   * @throws Refusal `invalid-argument` for a header that is too long or not printable text
   */
  readonly reason: string | null
  /** Whether the request has a header, by its name in lower case. */
  has(header: string): boolean
}

/** The metadata of a framework request. It reads headers on demand, as most calls need none. */
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
 * The note to store with a revision.
 * @throws Refusal `invalid-argument` for a header that is too long or not printable text
 */
export const toNote = (
  { actor, reason, requestId }: CallMetadata,
  metadata: JsonObject | null,
): RevisionNote => ({ actor, reason, requestId, metadata })

function toText(request: FastifyRequest, header: string): string | null {
  const encoded = request.headers[header]
  if (encoded === undefined || encoded === '') return null
  const text = typeof encoded === 'string' && isOnce(request, header) ? decode(encoded) : null
  if (text === null || text.length > limits.noteCharactersMax || UNPRINTABLE.test(text)) {
    throw new Refusal(
      'invalid-argument',
      `invalid header \`${header}\`: expected it once, with UTF-8 of at most ` +
        `${limits.noteCharactersMax} printable characters, in which \`%25\` stands for \`%\``,
    )
  }
  return text
}

/** Whether the header was sent once. Node joins repeated headers, which would make another name. */
const isOnce = ({ raw }: FastifyRequest, header: string): boolean =>
  raw.rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === header).length <= 1

/** @param header the value as Node passes it, with a character for each byte */
function decode(header: string): string | null {
  const bytes = Buffer.from(header, 'latin1')
  if (!isUtf8(bytes)) return null
  try {
    return decodeURIComponent(bytes.toString())
  } catch {
    return null
  }
}
