// Refusals: what we say no to by design (bad reference, failed precondition, limit, stale revision).
// One class, one table. The table gives each code its gRPC status and SpiceDB's reason; only the
// dialects turn a status into a number. A message is lower case, quotes the user's words in
// backticks, and says what was expected.

export type Status =
  | 'CANCELLED'
  | 'INVALID_ARGUMENT'
  | 'DEADLINE_EXCEEDED'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'PERMISSION_DENIED'
  | 'RESOURCE_EXHAUSTED'
  | 'FAILED_PRECONDITION'
  | 'ABORTED'
  | 'OUT_OF_RANGE'
  | 'UNIMPLEMENTED'
  | 'UNAVAILABLE'
  | 'UNAUTHENTICATED'

interface Entry {
  readonly status: Status
  /**
   * SpiceDB's reason without `ERROR_REASON_`, or one of our own for what SpiceDB has not; null
   * where no ErrorInfo is sent.
   */
  readonly reason: string | null
}

const entry = (status: Status, reason: string | null = null): Entry => ({ status, reason })

export const refusals = {
  'schema-parse': entry('INVALID_ARGUMENT', 'SCHEMA_PARSE_ERROR'),
  'schema-type': entry('FAILED_PRECONDITION', 'SCHEMA_TYPE_ERROR'),
  'schema-in-use': entry('INVALID_ARGUMENT', 'SCHEMA_TYPE_ERROR'),
  'no-schema': entry('NOT_FOUND'),
  'unknown-definition': entry('FAILED_PRECONDITION', 'UNKNOWN_DEFINITION'),
  'unknown-relation': entry('FAILED_PRECONDITION', 'UNKNOWN_RELATION_OR_PERMISSION'),
  'not-a-permission': entry('INVALID_ARGUMENT', 'UNKNOWN_RELATION_OR_PERMISSION'),
  'unknown-caveat': entry('FAILED_PRECONDITION', 'UNKNOWN_CAVEAT'),
  'too-many-updates': entry('INVALID_ARGUMENT', 'TOO_MANY_UPDATES_IN_REQUEST'),
  'too-many-preconditions': entry('INVALID_ARGUMENT', 'TOO_MANY_PRECONDITIONS_IN_REQUEST'),
  'precondition-empty': entry('INVALID_ARGUMENT', 'UNSPECIFIED'),
  'precondition-failed': entry('FAILED_PRECONDITION', 'WRITE_OR_DELETE_PRECONDITION_FAILURE'),
  'subject-not-admitted': entry('INVALID_ARGUMENT', 'INVALID_SUBJECT_TYPE'),
  'caveat-parameter-type': entry('INVALID_ARGUMENT', 'CAVEAT_PARAMETER_TYPE_ERROR'),
  'caveat-evaluation': entry('INVALID_ARGUMENT', 'CAVEAT_EVALUATION_ERROR'),
  'update-repeated': entry('INVALID_ARGUMENT', 'UPDATES_ON_SAME_RELATIONSHIP'),
  'permission-not-writable': entry('INVALID_ARGUMENT', 'CANNOT_UPDATE_PERMISSION'),
  'cursor-mismatch': entry('FAILED_PRECONDITION', 'INVALID_CURSOR'),
  'cursor-malformed': entry('INVALID_ARGUMENT', 'INVALID_CURSOR'),
  'too-many-to-delete': entry(
    'INVALID_ARGUMENT',
    'TOO_MANY_RELATIONSHIPS_FOR_TRANSACTIONAL_DELETE',
  ),
  'stored-context-too-large': entry('INVALID_ARGUMENT', 'MAX_RELATIONSHIP_CONTEXT_SIZE'),
  'already-exists': entry('ALREADY_EXISTS', 'ATTEMPT_TO_RECREATE_RELATIONSHIP'),
  'depth-exceeded': entry('FAILED_PRECONDITION', 'MAXIMUM_DEPTH_EXCEEDED'),
  'work-exceeded': entry('RESOURCE_EXHAUSTED'),
  'counter-registered': entry('FAILED_PRECONDITION', 'COUNTER_ALREADY_REGISTERED'),
  'counter-unknown': entry('FAILED_PRECONDITION', 'COUNTER_NOT_REGISTERED'),
  'serialization-failure': entry('ABORTED', 'SERIALIZATION_FAILURE'),
  'limit-exceeded': entry('INVALID_ARGUMENT', 'EXCEEDS_MAXIMUM_ALLOWABLE_LIMIT'),
  'too-many-checks': entry('INVALID_ARGUMENT', 'UNSPECIFIED'),
  'invalid-filter': entry('INVALID_ARGUMENT', 'INVALID_FILTER'),
  'wildcard-not-allowed': entry('INVALID_ARGUMENT', 'WILDCARD_NOT_ALLOWED'),
  'metadata-too-large': entry('INVALID_ARGUMENT', 'TRANSACTION_METADATA_TOO_LARGE'),
  'invalid-argument': entry('INVALID_ARGUMENT'),
  'body-too-large': entry('RESOURCE_EXHAUSTED'),
  'token-malformed': entry('INVALID_ARGUMENT'),
  'token-foreign': entry('INVALID_ARGUMENT'),
  'revision-unavailable': entry('OUT_OF_RANGE'),
  'write-queue-full': entry('RESOURCE_EXHAUSTED'),
  'replica-behind': entry('UNAVAILABLE'),
  'storage-unavailable': entry('UNAVAILABLE'),
  'history-lost': entry('UNAVAILABLE'),
  'deadline-exceeded': entry('DEADLINE_EXCEEDED'),
  cancelled: entry('CANCELLED'),
  unauthenticated: entry('UNAUTHENTICATED'),
  forbidden: entry('PERMISSION_DENIED'),
  'not-found': entry('NOT_FOUND'),
  'store-not-found': entry('NOT_FOUND'),
  'store-exists': entry('ALREADY_EXISTS'),
  'too-many-stores': entry('RESOURCE_EXHAUSTED'),
  'watch-behind': entry('RESOURCE_EXHAUSTED'),
  'shutting-down': entry('UNAVAILABLE'),
  'method-not-allowed': entry('UNIMPLEMENTED'),
  'sharing-undeclared': entry('FAILED_PRECONDITION', 'SHARING_UNDECLARED'),
  'sharing-forbidden': entry('PERMISSION_DENIED', 'SHARING_FORBIDDEN'),
  'sharing-unknown-role': entry('FAILED_PRECONDITION', 'SHARING_UNKNOWN_ROLE'),
  'sharing-role-ambiguous': entry('FAILED_PRECONDITION', 'SHARING_ROLE_AMBIGUOUS'),
  'sharing-not-admitted': entry('FAILED_PRECONDITION', 'SHARING_NOT_ADMITTED'),
  'sharing-person-outside': entry('FAILED_PRECONDITION', 'SHARING_PERSON_OUTSIDE'),
  'sharing-group-outside': entry('FAILED_PRECONDITION', 'SHARING_GROUP_OUTSIDE'),
  'sharing-scope-missing': entry('FAILED_PRECONDITION', 'SHARING_SCOPE_MISSING'),
  'sharing-empty-selection': entry('FAILED_PRECONDITION', 'SHARING_EMPTY_SELECTION'),
  'sharing-last-holder': entry('FAILED_PRECONDITION', 'SHARING_LAST_HOLDER'),
  'sharing-member-of-group': entry('FAILED_PRECONDITION', 'SHARING_MEMBER_OF_GROUP'),
  'sharing-by-scope': entry('FAILED_PRECONDITION', 'SHARING_BY_SCOPE'),
  'sharing-not-granted': entry('FAILED_PRECONDITION', 'SHARING_NOT_GRANTED'),
  'sharing-not-a-member': entry('FAILED_PRECONDITION', 'SHARING_NOT_A_MEMBER'),
  'sharing-stale': entry('ABORTED', 'SHARING_STALE'),
  'sharing-too-large': entry('FAILED_PRECONDITION', 'SHARING_TOO_LARGE'),
  'sharing-exists': entry('ALREADY_EXISTS', 'SHARING_EXISTS'),
  'sharing-repeated': entry('FAILED_PRECONDITION', 'SHARING_REPEATED'),
} as const satisfies Record<string, Entry>

export type RefusalCode = keyof typeof refusals

/** Facts about a refusal by name, as SpiceDB's ErrorInfo carries them: strings only. */
export type RefusalMetadata = Readonly<Record<string, string>>

/** One field of a request that is not as it must be; several can be told at once. */
export interface Violation {
  /** Path in the request, `updates[0].relationship.resource.objectId`. */
  readonly field: string
  /** What was expected. */
  readonly expected: string
}

export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: RefusalCode
  readonly metadata: RefusalMetadata
  readonly violations: readonly Violation[]
  /** What clients may know of the message, which can hold more for the log: hosts, users, paths. */
  readonly told: string

  constructor(
    code: RefusalCode,
    message: string,
    metadata: RefusalMetadata = {},
    violations: readonly Violation[] = [],
    told: string = message,
  ) {
    super(message)
    this.code = code
    this.metadata = metadata
    this.violations = violations
    this.told = told
  }
}

/** What `decide` gives, or the refusal that it throws. */
export function orRefusal<T>(decide: () => T): T | Refusal {
  try {
    return decide()
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}
