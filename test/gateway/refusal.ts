// A refusal as SpiceDB's HTTP gateway reports it: the status, the reason, and the names of the
// metadata.

import type { Body } from './step.js'

export const INVALID_ARGUMENT = { http: 400, code: 3 }
export const FAILED_PRECONDITION = { http: 400, code: 9 }
export const ALREADY_EXISTS = { http: 409, code: 6 }
export const RESOURCE_EXHAUSTED = { http: 429, code: 8 }

/**
 * A request that must be refused. The reason is without `ERROR_REASON_`, and null where there is no
 * ErrorInfo. The names of the metadata are separated by spaces.
 */
export type Row = readonly [
  path: string,
  body: Body,
  status: { readonly http: number; readonly code: number },
  reason: string | null,
  metadata?: string,
]

export const DOCUMENTS = { resourceType: 'document' }
export const OVER_LIMIT = 'limit_provided maximum_limit_allowed'
