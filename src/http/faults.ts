// Errors before a protocol has given them its form. What is not a refusal is our own fault: the client
// learns its request id, the log learns the rest.

import type { FastifyRequest } from 'fastify'
import { publishWarning } from '../engine/index.js'
import { limits, Refusal, type RefusalKind, refusals } from '../terms/index.js'
import { outlineOf } from './outline.js'

/** What a client is told of a fault of the service. */
interface InternalFailure {
  readonly code: 'internal'
  readonly message: string
}

/** Why a request has no answer. */
export type HttpFailure = Refusal | InternalFailure

export const kindOf = ({ code }: HttpFailure): RefusalKind | 'internal' =>
  code === 'internal' ? code : refusals[code]

/** What there is to tell of any error; it is counted, and the log is told of faults, with an outline of the question. */
export function report(error: unknown, request: FastifyRequest): HttpFailure {
  const refusal = toRefusal(error)
  request.server.tally.refuse(refusal?.code ?? 'internal')
  if (refusal !== null) {
    if (refusal.publicMessage !== refusal.message) publishWarning('request', refusal)
    return refusal
  }
  const { id: requestId, method } = request
  const about = { requestId, method, route: request.routeOptions.url, ...outlineOf(request) }
  request.log.error({ err: error, ...about }, 'met a fault')
  const message = `internal error, the log has more under request id \`${requestId}\``
  return { code: 'internal', message }
}

/** The refusal that an error is, or null for a fault of ours. */
function toRefusal(error: unknown): Refusal | null {
  if (error instanceof Refusal) return error
  if (!(error instanceof Error)) return null
  // The framework's own refusals of a request (its length, its URL, a body cut off) carry a status.
  const { statusCode } = error as { statusCode?: number }
  if (statusCode === 413) {
    return new Refusal('body-too-large', `the body has more than ${limits.bodyBytesMax} bytes`)
  }
  if (statusCode === undefined || statusCode < 400 || statusCode >= 500) return null
  return new Refusal('invalid-argument', error.message)
}
