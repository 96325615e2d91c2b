// Who writes and why: from request headers to the note that a revision keeps. Values are
// percent-encoded, so that a header can hold any name.

import type { FastifyRequest } from 'fastify'
import { type JsonObject, limits, Refusal, type RevisionNote } from '../terms/index.js'

const ACTOR = 'x-pemba-actor'
const REASON = 'x-pemba-reason'
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u

/** For the description of every route that writes. */
export const NOTE_HEADERS = `The headers \`${ACTOR}\` and \`${REASON}\`, percent-encoded, say who writes and why, and are kept.`

/** @throws Refusal `invalid-argument` for a header that is too long or not printable text */
export const toNote = (request: FastifyRequest, metadata: JsonObject | null): RevisionNote => ({
  actor: toText(request, ACTOR),
  reason: toText(request, REASON),
  requestId: request.id,
  metadata,
})

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
