// Failures of requests, before a protocol gives them its form. Any error that is not a refusal is a
// fault of the service: the client receives the request id only, and the log has the rest.

import type { FastifyRequest } from 'fastify'
import { publishWarning } from '../engine/index.js'
import { limits, Refusal, type RefusalKind, refusals } from '../terms/index.js'
import { outlineOf } from './outline.js'

/** The part of a fault that a client may see. */
interface InternalFailure {
  readonly code: 'internal'
  readonly message: string
}

/** The reason why a request failed. */
export type HttpFailure = Refusal | InternalFailure

export const kindOf = ({ code }: HttpFailure): RefusalKind | 'internal' =>
  code === 'internal' ? code : refusals[code]

/**
 * Turns any error into a failure and counts it. A fault is logged with an outline of the request.
 */
export function report(error: unknown, request: FastifyRequest): HttpFailure {
  const refusal = toRefusal(error)
  request.server.tally.refuse(refusal?.code ?? 'internal')
  if (refusal !== null) {
    if (refusal.publicMessage !== refusal.message) publishWarning('request', refusal)
    return refusal
  }
  const { id: requestId, method } = request
  const context = { requestId, method, route: request.routeOptions.url, ...outlineOf(request) }
  request.log.error({ err: error, ...context }, 'met a fault')
  const message = `internal error, the log has more under request id \`${requestId}\``
  return { code: 'internal', message }
}

/** The error as a refusal, or null for a fault of the service. */
function toRefusal(error: unknown): Refusal | null {
  if (error instanceof Refusal) return error
  if (!(error instanceof Error)) return null
  // The framework refuses some requests itself, for their length, their URL or a body that was cut
  // off. Its errors have a status.
  const { statusCode } = error as { statusCode?: number }
  if (statusCode === 413) {
    return new Refusal('body-too-large', `the body has more than ${limits.bodyBytesMax} bytes`)
  }
  if (statusCode === undefined || statusCode < 400 || statusCode >= 500) return null
  return new Refusal('invalid-argument', error.message)
}
