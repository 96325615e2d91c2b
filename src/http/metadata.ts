// What a request says beside its message: who writes and why, its id, and whatever a protocol reads from
// headers of its own. Actor and reason are UTF-8, as every client sends it, or percent-encoded UTF-8, or
// both; so a `%` itself is written `%25`.

import { isUtf8 } from 'node:buffer'
import type { FastifyRequest } from 'fastify'
import { type JsonObject, limits, Refusal, type RevisionNote } from '../terms/index.js'

const ACTOR = 'x-pemba-actor'
const REASON = 'x-pemba-reason'
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u

/** For the description of every route that writes. */
export const NOTE_HEADERS = `The headers \`${ACTOR}\` and \`${REASON}\`, in UTF-8 or percent-encoded, say who writes and why, and are kept.`

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
  const text = typeof encoded === 'string' && isOnce(request, header) ? decode(encoded) : null
  if (text === null || text.length > limits.noteCharactersMax || UNPRINTABLE.test(text)) {
    throw new Refusal(
      'invalid-argument',
      `invalid header \`${header}\`: expected it once, with UTF-8 of at most ${limits.noteCharactersMax} printable characters, in which \`%25\` stands for \`%\``,
    )
  }
  return text
}

/** Node joins what comes twice: it would be read as the name of somebody else. */
const isOnce = ({ raw }: FastifyRequest, header: string): boolean =>
  raw.rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === header).length <= 1

/** @param header a character for each byte, as Node gives it */
function decode(header: string): string | null {
  const bytes = Buffer.from(header, 'latin1')
  if (!isUtf8(bytes)) return null
  try {
    return decodeURIComponent(bytes.toString())
  } catch {
    return null
  }
}
