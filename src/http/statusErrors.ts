// A ready-made error shape for protocols: google.rpc.Status as JSON, with the HTTP status that
// gRPC's gateways use. A failed stream wraps the status in `{"error":…}`, both before its first
// line and as its last one.

import {
  type JsonSchema,
  Status,
  type StatusBody,
  StreamFailure,
  statusCodes,
  toStatus,
} from '../messages/index.js'
import type { Refusal, RefusalKind } from '../terms/index.js'
import { type HttpFailure, kindOf } from './faults.js'
import type { ErrorShape } from './protocol.js'

/** HTTP statuses by the kinds of refusals. */
export const httpStatuses: Readonly<Record<RefusalKind | 'internal', number>> = {
  cancelled: 499,
  invalid: 400,
  late: 504,
  missing: 404,
  exists: 409,
  forbidden: 403,
  exhausted: 429,
  unmet: 400,
  conflict: 409,
  gone: 400,
  unsupported: 501,
  internal: 500,
  unavailable: 503,
  unauthenticated: 401,
}

const DESCRIPTIONS = {
  400:
    'malformed JSON, a value that breaks a rule, an unknown name, a failed precondition, a bad ' +
    'token',
  401: 'no key was sent',
  403: 'the key is not one of ours, or does not open the store',
  404: 'no schema has been written, or there is no such store',
  409: 'the relationship or store is already there, or another write came between',
  429: 'the body is too large, or too much is asked at once',
  500: 'a fault of the service',
  503: 'the datastore is away, or this node is behind',
  504: 'the deadline passed',
} as const

const toResponses = (schema: JsonSchema): Readonly<Record<string, JsonSchema>> =>
  Object.fromEntries(
    Object.entries(DESCRIPTIONS).map(([status, description]) => [
      status,
      { ...schema, 'x-response-description': description },
    ]),
  )

/** The error shape of a protocol whose refusals `word` puts into words. */
export function statusErrors(word: (refusal: Refusal) => StatusBody): ErrorShape {
  const toBody = (failure: HttpFailure): StatusBody =>
    failure.code === 'internal'
      ? { code: statusCodes.internal.number, message: failure.message, details: [] }
      : word(failure)
  return {
    answer: (failure, streamed) => ({
      status: httpStatuses[kindOf(failure)],
      body: streamed ? { error: toBody(failure) } : toBody(failure),
    }),
    line: failure => ({ error: toBody(failure) }),
    responses: toResponses(Status.object),
    streamResponses: toResponses(StreamFailure.object),
  }
}

/** The error shape outside all protocols: unknown routes, health, metrics, malformed HTTP. */
export const nodeErrors = statusErrors(({ code, publicMessage: message, metadata, violations }) =>
  toStatus({ code, message, metadata, violations, info: null }),
)
