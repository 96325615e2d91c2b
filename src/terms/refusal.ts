// Refusals: what the service says no to by design (bad reference, failed precondition, limit, stale
// revision). One class, one table. The table gives each code its kind; a protocol turns code and kind
// into statuses and reasons of its own. A message is lower case, quotes the user's words in backticks,
// and says what was expected.

/** What a client can do about a refusal: each kind of it calls for another reaction. */
export type RefusalKind =
  /** The request could never be carried out: the client has to change it. */
  | 'invalid'
  /** The request does not fit what is stored: one of them has to change. */
  | 'unmet'
  | 'missing'
  | 'exists'
  /** Another request came between: it may be tried again at once. */
  | 'conflict'
  /** What was asked about is not kept any more, or is not there yet. */
  | 'gone'
  /** A limit is reached. */
  | 'exhausted'
  | 'unsupported'
  | 'unauthenticated'
  | 'forbidden'
  /** Nothing is wrong with the request: it may be tried again a moment later. */
  | 'unavailable'
  | 'late'
  | 'cancelled'

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

/** Facts about a refusal by name, for programs: strings only. */
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
  readonly publicMessage: string

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
    this.publicMessage = told
  }
}

type ErrorClass<E extends Error> = abstract new (...given: never[]) => E

/** What `decide` gives, or the refusal that it throws, or the error of the other kind. */
export function orRefusal<T>(decide: () => T): T | Refusal
export function orRefusal<T, E extends Error>(
  decide: () => T,
  other: ErrorClass<E>,
): T | Refusal | E
export function orRefusal(decide: () => unknown, other: ErrorClass<Error> = Refusal): unknown {
  try {
    return decide()
  } catch (error) {
    if (error instanceof Refusal || error instanceof other) return error
    throw error
  }
}
