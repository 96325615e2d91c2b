// Refusals and failures of the service as errors, with the facts in its answer.

import type { Sent, Status } from '../messages/index.js'
import type { RefusalMetadata, Violation } from '../terms/index.js'

/** A status in an answer. It may come from a proxy, so anything may be missing. */
export type WireStatus = Sent<typeof Status>

interface WireDetail {
  readonly '@type'?: string
  readonly reason?: string
  readonly metadata?: RefusalMetadata
  readonly violations?: readonly { readonly fieldPath: string; readonly message: string }[]
}

const UNKNOWN = 2
const REASON_PREFIX = 'ERROR_REASON_'

/** An error in an answer of the service. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError'
  /** The google.rpc.Code. For example, 3 is INVALID_ARGUMENT. */
  readonly code: number
  /** The HTTP status. It is 200 for an error within a successful answer. */
  readonly status: number
  /** The reason, such as `UNKNOWN_DEFINITION`, or null if the answer has none. */
  readonly reason: string | null
  readonly metadata: RefusalMetadata
  readonly violations: readonly Violation[]

  constructor(status: number, { code, message, details: wireDetails }: WireStatus) {
    super(message ?? `the service answered with status ${status}`)
    this.status = status
    this.code = code ?? UNKNOWN
    const details = (wireDetails ?? []) as readonly WireDetail[]
    const info = details.find(detail => detail.reason !== undefined)
    this.reason = info?.reason?.replace(REASON_PREFIX, '') ?? null
    this.metadata = info?.metadata ?? {}
    const violations = details.flatMap(detail => detail.violations ?? [])
    this.violations = violations.map(({ fieldPath, message }) => ({
      field: fieldPath,
      expected: message.replace(/^must be /, ''),
    }))
  }
}

/** The error of a failed request, from its body if that is a status. */
export function toRemoteError(status: number, body: string): RemoteError {
  try {
    const wire = JSON.parse(body) as WireStatus & { readonly error?: WireStatus }
    const { error = wire } = wire
    if (typeof error === 'object') return new RemoteError(status, error)
  } catch {
    // The body is not from the service, such as a proxy's page, or it was cut off.
  }
  return new RemoteError(status, {})
}
