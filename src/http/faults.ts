// Errors on the wire, in one place: each status's numbers, each refusal's details. What is not a
// refusal is our own fault: the client learns its request id, the log learns the rest.

import type { FastifyRequest } from 'fastify'
import { tellTrouble } from '../engine/index.js'
import { type JsonObject, limits, Refusal, refusals, type Status } from '../terms/index.js'
import { outlineOf } from './outline.js'

/** Reasons that SpiceDB does not have begin so, and are told under a domain of our own. */
const OWN_REASONS = 'SHARING_'

interface Numbers {
  /** Of google.rpc.Code. */
  readonly code: number
  readonly http: number
}

export const statuses: Readonly<Record<Status | 'INTERNAL', Numbers>> = {
  CANCELLED: { code: 1, http: 499 },
  INVALID_ARGUMENT: { code: 3, http: 400 },
  DEADLINE_EXCEEDED: { code: 4, http: 504 },
  NOT_FOUND: { code: 5, http: 404 },
  ALREADY_EXISTS: { code: 6, http: 409 },
  PERMISSION_DENIED: { code: 7, http: 403 },
  RESOURCE_EXHAUSTED: { code: 8, http: 429 },
  FAILED_PRECONDITION: { code: 9, http: 400 },
  ABORTED: { code: 10, http: 409 },
  OUT_OF_RANGE: { code: 11, http: 400 },
  UNIMPLEMENTED: { code: 12, http: 501 },
  INTERNAL: { code: 13, http: 500 },
  UNAVAILABLE: { code: 14, http: 503 },
  UNAUTHENTICATED: { code: 16, http: 401 },
}

/** google.rpc.Status as JSON. */
export interface StatusBody {
  readonly code: number
  readonly message: string
  readonly details: readonly JsonObject[]
}

export interface Failure {
  readonly http: number
  readonly body: StatusBody
}

/** What the client is told of a refusal. */
export function toFailure(refusal: Refusal): Failure {
  const { code, http } = statuses[refusals[refusal.code].status]
  return { http, body: { code, message: refusal.told, details: toDetails(refusal) } }
}

/** What the client is told of any error; it is counted, and the log is told of faults, with an outline of the question. */
export function report(error: unknown, request: FastifyRequest): Failure {
  const refusal = toRefusal(error)
  request.server.tally.refuse(refusal?.code ?? 'internal')
  if (refusal !== null) {
    if (refusal.told !== refusal.message) tellTrouble('request', refusal)
    return toFailure(refusal)
  }
  const { id: requestId, method } = request
  const about = { requestId, method, route: request.routeOptions.url, ...outlineOf(request) }
  request.log.error({ err: error, ...about }, 'met a fault')
  const { code, http } = statuses.INTERNAL
  const message = `internal error, the log has more under request id \`${requestId}\``
  return { http, body: { code, message, details: [] } }
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

function toDetails({ code, metadata, violations }: Refusal): readonly JsonObject[] {
  const details: JsonObject[] = []
  const { reason } = refusals[code]
  if (reason !== null) {
    details.push({
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: `ERROR_REASON_${reason}`,
      domain: reason.startsWith(OWN_REASONS) ? 'pemba' : 'authzed.com',
      metadata,
    })
  }
  if (violations.length > 0) {
    details.push({
      '@type': 'type.googleapis.com/buf.validate.Violations',
      violations: violations.map(({ field, expected }) => ({
        fieldPath: field,
        message: `must be ${expected}`,
      })),
    })
  }
  return details
}
