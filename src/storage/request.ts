// The requests of the writer and their outcomes. A request was admitted against one schema by the
// caller. The writer only makes sure that this schema is still in force.

import type {
  Precondition,
  Refusal,
  Relationship,
  RelationshipFilter,
  Revision,
  RevisionNote,
  Update,
  UpdateOutcome,
} from '../terms/index.js'

export type WriteRequest = RelationshipsRequest | DeleteRequest | ImportRequest | SchemaRequest

/** What all requests have in common. */
interface Admitted {
  /** The revision of the schema that the request was admitted against. */
  readonly schemaRevision: Revision
  readonly note: RevisionNote
}

export interface RelationshipsRequest extends Admitted {
  readonly kind: 'relationships'
  /** The updates. Each identity occurs at most once. */
  readonly updates: readonly Update[]
  /**
   * The filters whose matches are deleted in the same revision, except those that an update names.
   */
  readonly deletions: readonly RelationshipFilter[]
  readonly preconditions: readonly Precondition[]
  readonly guard: WriteGuard | null
}

/**
 * A function that must agree to a write. It decides on the store as of the revision that the write
 * follows: `since`, or a later one.
 * @throws Refusal why nothing may be written
 */
export type WriteGuard = (since: Revision) => Promise<Agreement>

/** The agreement of a guard. */
export interface Agreement {
  /** The revision that the guard has looked at. */
  readonly revision: Revision
  /** The updates to write in place of the request's, if the guard decides them. */
  readonly write?: Pick<RelationshipsRequest, 'schemaRevision' | 'updates'>
}

export interface DeleteRequest extends Admitted {
  readonly kind: 'delete'
  readonly filter: RelationshipFilter
  /** The maximum number of relationships to delete. 0 for all matches. */
  readonly limit: number
  /** Whether matches beyond the limit are left. Otherwise they make the request refused. */
  readonly partial: boolean
  readonly preconditions: readonly Precondition[]
}

/** A request to create everything that is staged for an import. */
export interface ImportRequest extends Admitted {
  readonly kind: 'import'
  readonly id: string
  /** The number of staged relationships. */
  readonly count: number
}

export interface SchemaRequest extends Admitted {
  readonly kind: 'schema'
  readonly text: string
  /** The guards: relationships that must not exist when the schema takes effect. */
  readonly guards: readonly SchemaGuard[]
}

/** A kind of relationship that a schema does not allow. */
export interface SchemaGuard {
  readonly filter: RelationshipFilter
  readonly traits: Traits
  /** Returns the refusal, given a relationship that matches both. */
  refuse(sample: Relationship): Refusal
}

/** Conditions that a filter cannot express. Absent ones match everything. */
export interface Traits {
  /** Whether the subject is a wildcard. */
  readonly wildcard?: boolean
  /** The caveat's name, or null for relationships without one. */
  readonly caveat?: string | null
  /** Whether the relationship expires. */
  readonly expiration?: boolean
}

export interface WriteOutcome {
  readonly revision: Revision
  /** The outcome of each update, in their order. Empty for other requests. */
  readonly outcomes: readonly UpdateOutcome[]
  /** The number of relationships that filters deleted. */
  readonly deleted: number
  /** Whether everything that matches was deleted. False when the limit may have left some. */
  readonly complete: boolean
}

/**
 * The error of a request that was admitted against another schema than the one in force. Nothing
 * was written.
 */
export class StaleSchema extends Error {
  override readonly name = 'StaleSchema'

  constructor(admitted: Revision, inForce: Revision) {
    super(`admitted against the schema of revision ${admitted}, but that of ${inForce} is in force`)
  }
}

/**
 * Verifies that the schema in force is the one that the request was admitted against. @throws
 * StaleSchema
 */
export function requireSchema(admitted: Revision, inForce: Revision): void {
  if (admitted !== inForce) throw new StaleSchema(admitted, inForce)
}
