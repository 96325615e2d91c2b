// What the service refused, or failed at, as an error with the facts that it told.

import type { Sent, Status } from '../messages/index.js'
import type { RefusalMetadata, Violation } from '../terms/index.js'

/** A status as it is told, by the service or by what stands between: anything may be missing. */
export type WireStatus = Sent<typeof Status>

interface WireDetail {
  readonly '@type'?: string
  readonly reason?: string
  readonly metadata?: RefusalMetadata
  readonly violations?: readonly { readonly fieldPath: string; readonly message: string }[]
}

const UNKNOWN = 2
const REASON_PREFIX = 'ERROR_REASON_'

export class RemoteError extends Error {
  override readonly name = 'RemoteError'
  /** Of google.rpc.Code: 3 is INVALID_ARGUMENT. */
  readonly code: number
  /** The answer's HTTP status; that of an error inside of an answer is 200. */
  readonly status: number
  /** `UNKNOWN_DEFINITION`, or null where the service tells none. */
  readonly reason: string | null
  readonly metadata: RefusalMetadata
  readonly violations: readonly Violation[]

  constructor(status: number, { code, message, details: told }: WireStatus) {
    super(message ?? `the service answered with status ${status}`)
    this.status = status
    this.code = code ?? UNKNOWN
    const details = (told ?? []) as readonly WireDetail[]
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

/** The error that a refused request's body tells, whatever stands between us and the service. */
export function toRemoteError(status: number, body: string): RemoteError {
  try {
    const told = JSON.parse(body) as WireStatus & { readonly error?: WireStatus }
    const { error = told } = told
    if (typeof error === 'object') return new RemoteError(status, error)
  } catch {
    // Not the service's own answer: a proxy's page, or one that was cut off.
  }
  return new RemoteError(status, {})
}
