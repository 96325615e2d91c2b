// Refusals: the errors that the service raises by design, such as a bad reference, a failed
// precondition, a limit or a stale revision. The table gives each code its kind; a protocol turns
// code and kind into its own statuses and reasons. A message is lower case, quotes the user's words
// in backticks, and says what was expected.

/** The kind of a refusal. Each kind calls for another reaction of the client. */
export type RefusalKind =
  /** The request can never be carried out. The client has to change it. */
  | 'invalid'
  /** The request does not fit the stored data or schema. One of the two has to change. */
  | 'unmet'
  /** The named thing does not exist. */
  | 'missing'
  /** The thing to be created exists already. */
  | 'exists'
  /** Another request interfered. The client may try again at once. */
  | 'conflict'
  /** The requested revision or position is no longer retained, or does not exist yet. */
  | 'gone'
  /** A limit is reached. */
  | 'exhausted'
  /** The service has no such operation. */
  | 'unsupported'
  /** The request has no valid key. */
  | 'unauthenticated'
  /** The key does not allow the request. */
  | 'forbidden'
  /** Nothing is wrong with the request. The client may try again a moment later. */
  | 'unavailable'
  /** The client's deadline passed. */
  | 'late'
  /** The client left before the answer. */
  | 'cancelled'

/** Every refusal code with its kind. */
export const refusals = {
  'schema-parse': 'invalid',
  'schema-type': 'unmet',
  'schema-in-use': 'invalid',
  'no-schema': 'missing',
  'unknown-definition': 'unmet',
  'unknown-relation': 'unmet',
  'not-a-permission': 'invalid',
  'unknown-caveat': 'unmet',
  'too-many-updates': 'invalid',
  'too-many-preconditions': 'invalid',
  'precondition-empty': 'invalid',
  'precondition-failed': 'unmet',
  'subject-not-admitted': 'invalid',
  'caveat-parameter-type': 'invalid',
  'caveat-evaluation': 'invalid',
  'update-repeated': 'invalid',
  'permission-not-writable': 'invalid',
  'cursor-mismatch': 'unmet',
  'cursor-malformed': 'invalid',
  'too-many-to-delete': 'invalid',
  'stored-context-too-large': 'invalid',
  'already-exists': 'exists',
  'depth-exceeded': 'unmet',
  'work-exceeded': 'exhausted',
  'counter-registered': 'unmet',
  'counter-unknown': 'unmet',
  'serialization-failure': 'conflict',
  'limit-exceeded': 'invalid',
  'too-many-checks': 'invalid',
  'invalid-filter': 'invalid',
  'wildcard-not-allowed': 'invalid',
  'metadata-too-large': 'invalid',
  'invalid-argument': 'invalid',
  'body-too-large': 'exhausted',
  'token-malformed': 'invalid',
  'token-foreign': 'invalid',
  'revision-unavailable': 'gone',
  'write-queue-full': 'exhausted',
  'replica-behind': 'unavailable',
  'storage-unavailable': 'unavailable',
  'history-lost': 'unavailable',
  'deadline-exceeded': 'late',
  cancelled: 'cancelled',
  unauthenticated: 'unauthenticated',
  forbidden: 'forbidden',
  'key-unknown': 'forbidden',
  'not-found': 'missing',
  'store-not-found': 'missing',
  'store-exists': 'exists',
  'too-many-stores': 'exhausted',
  'quota-exceeded': 'exhausted',
  'too-many-streams': 'exhausted',
  'watch-behind': 'exhausted',
  'shutting-down': 'unavailable',
  'method-not-allowed': 'unsupported',
  'sharing-undeclared': 'unmet',
  'sharing-forbidden': 'forbidden',
  'sharing-unknown-role': 'unmet',
  'sharing-role-ambiguous': 'unmet',
  'sharing-not-admitted': 'unmet',
  'sharing-person-outside': 'unmet',
  'sharing-group-outside': 'unmet',
  'sharing-scope-missing': 'unmet',
  'sharing-empty-selection': 'unmet',
  'sharing-last-holder': 'unmet',
  'sharing-member-of-group': 'unmet',
  'sharing-by-scope': 'unmet',
  'sharing-not-granted': 'unmet',
  'sharing-not-a-member': 'unmet',
  'sharing-stale': 'conflict',
  'sharing-too-large': 'unmet',
  'sharing-exists': 'exists',
  'sharing-repeated': 'unmet',
} as const satisfies Record<string, RefusalKind>

export type RefusalCode = keyof typeof refusals

/** Named facts about a refusal, for programs. All values are strings. */
export type RefusalMetadata = Readonly<Record<string, string>>

/** An invalid field of a request. One refusal can report several. */
export interface Violation {
  /** Path of the field in the request, such as `updates[0].relationship.resource.objectId`. */
  readonly field: string
  /** Description of a valid value. */
  readonly expected: string
}

/** An error by design. It is the client's concern, so it is answered and not logged as a fault. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: RefusalCode
  readonly metadata: RefusalMetadata
  readonly violations: readonly Violation[]
  /** The message for clients. `message` is for the log and may name hosts, users and paths. */
  readonly publicMessage: string

  constructor(
    code: RefusalCode,
    message: string,
    metadata: RefusalMetadata = {},
    violations: readonly Violation[] = [],
    publicMessage: string = message,
  ) {
    super(message)
    this.code = code
    this.metadata = metadata
    this.violations = violations
    this.publicMessage = publicMessage
  }
}

type ErrorClass<E extends Error> = abstract new (...given: never[]) => E

/** The error, if it is a refusal or an error of the other class. @throws the error, if it is not */
export function asRefusal(error: unknown): Refusal
export function asRefusal<E extends Error>(error: unknown, other: ErrorClass<E>): Refusal | E
export function asRefusal(error: unknown, other: ErrorClass<Error> = Refusal): Error {
  if (error instanceof Refusal || error instanceof other) return error
  throw error
}

/** The result of `decide`, or the error it throws if that is a refusal or of the class `other`. */
export function orRefusal<T>(decide: () => T): T | Refusal
export function orRefusal<T, E extends Error>(
  decide: () => T,
  other: ErrorClass<E>,
): T | Refusal | E
export function orRefusal(decide: () => unknown, other: ErrorClass<Error> = Refusal): unknown {
  try {
    return decide()
  } catch (error) {
    return asRefusal(error, other)
  }
}
