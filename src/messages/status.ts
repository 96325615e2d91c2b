// google.rpc.Status as JSON, which all protocols of Pemba use to report errors. A status has the
// number of a gRPC code, a text, and details for programs.

import {
  type JsonObject,
  type RefusalCode,
  type RefusalKind,
  type RefusalMetadata,
  refusals,
  type Violation,
} from '../terms/index.js'
import { list, struct, text, uint32 } from './field.js'
import { message } from './message.js'

interface Code {
  readonly name: string
  /** The number in google.rpc.Code. */
  readonly number: number
}

/** The gRPC codes by the kinds of refusals. `internal` is for faults of the service. */
export const statusCodes: Readonly<Record<RefusalKind | 'internal', Code>> = {
  cancelled: { name: 'CANCELLED', number: 1 },
  invalid: { name: 'INVALID_ARGUMENT', number: 3 },
  late: { name: 'DEADLINE_EXCEEDED', number: 4 },
  missing: { name: 'NOT_FOUND', number: 5 },
  exists: { name: 'ALREADY_EXISTS', number: 6 },
  forbidden: { name: 'PERMISSION_DENIED', number: 7 },
  exhausted: { name: 'RESOURCE_EXHAUSTED', number: 8 },
  unmet: { name: 'FAILED_PRECONDITION', number: 9 },
  conflict: { name: 'ABORTED', number: 10 },
  gone: { name: 'OUT_OF_RANGE', number: 11 },
  unsupported: { name: 'UNIMPLEMENTED', number: 12 },
  internal: { name: 'INTERNAL', number: 13 },
  unavailable: { name: 'UNAVAILABLE', number: 14 },
  unauthenticated: { name: 'UNAUTHENTICATED', number: 16 },
}

/** The domain of the reasons that Pemba adds. */
export const OWN_DOMAIN = 'pemba'

const ANY_TEXT = { holds: () => true, expected: 'what was found, and what was expected' }

export const Status = message(
  'Status',
  'Why a request was refused. Details are google.rpc.ErrorInfo with a reason, or ' +
    'buf.validate.Violations with every field that breaks a rule.',
  { code: uint32, message: text(ANY_TEXT), details: list(struct) },
  {
    example: {
      code: 9,
      message: 'object definition `documnet` not found',
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'ERROR_REASON_UNKNOWN_DEFINITION',
          domain: 'authzed.com',
          metadata: { definition_name: 'documnet' },
        },
      ],
    },
  },
)

export const StreamFailure = message('StreamFailure', 'Why a stream was refused, or ended early.', {
  error: Status,
})

export interface StatusBody {
  readonly code: number
  readonly message: string
  readonly details: readonly JsonObject[]
}

/** A refusal with the reason that a protocol gives it. */
interface RefusalInfo {
  readonly code: RefusalCode
  readonly message: string
  readonly metadata: RefusalMetadata
  readonly violations: readonly Violation[]
  /** The reason for google.rpc.ErrorInfo; null where none is sent. */
  readonly info: { readonly reason: string; readonly domain: string } | null
}

export function toStatus({ code, message, metadata, violations, info }: RefusalInfo): StatusBody {
  const details: JsonObject[] = []
  if (info !== null) {
    details.push({
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: `ERROR_REASON_${info.reason}`,
      domain: info.domain,
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
  return { code: statusCodes[refusals[code]].number, message, details }
}
