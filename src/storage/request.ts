// What can be asked of the writer, and what it answers. A request was admitted against one schema by
// somebody above; the writer only makes sure that this schema is still in force.

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

interface Admitted {
  /** The revision of the schema that the request was admitted against. */
  readonly schemaRevision: Revision
  readonly note: RevisionNote
}

export interface RelationshipsRequest extends Admitted {
  readonly kind: 'relationships'
  /** Each identity at most once. */
  readonly updates: readonly Update[]
  /** What any of these matches, and no update names, is deleted in the same revision. */
  readonly deletions: readonly RelationshipFilter[]
  readonly preconditions: readonly Precondition[]
  readonly guard: WriteGuard | null
}

/**
 * Somebody above who must agree to a write, knowing the store as of the revision that the write
 * follows: `since`, or a later one.
 * @throws Refusal why nothing may be written
 */
export type WriteGuard = (since: Revision) => Promise<Agreement>

interface Agreement {
  /** The revision that was looked at. */
  readonly revision: Revision
  /** What is to be written, if that was to be found out only now, in place of the request's. */
  readonly write?: Pick<RelationshipsRequest, 'schemaRevision' | 'updates'>
}

export interface DeleteRequest extends Admitted {
  readonly kind: 'delete'
  readonly filter: RelationshipFilter
  /** 0 for all that match. */
  readonly limit: number
  /** Whether more matches than the limit are left, or refused. */
  readonly partial: boolean
  readonly preconditions: readonly Precondition[]
}

/** Everything that is staged for an import, all of it created. */
export interface ImportRequest extends Admitted {
  readonly kind: 'import'
  readonly id: string
  /** How many are staged. */
  readonly count: number
}

export interface SchemaRequest extends Admitted {
  readonly kind: 'schema'
  readonly text: string
  /** What no relationship may be like when the schema takes effect. */
  readonly guards: readonly SchemaGuard[]
}

export interface SchemaGuard {
  readonly filter: RelationshipFilter
  readonly traits: Traits
  /** The refusal, given a relationship that matches both. */
  refuse(sample: Relationship): Refusal
}

/** What a filter cannot say; absent traits match everything. */
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
  /** What became of each update, in their order; none for other requests. */
  readonly outcomes: readonly UpdateOutcome[]
  /** Relationships that filters deleted. */
  readonly deleted: number
  /** False when a filter may match more than the limit let it delete. */
  readonly complete: boolean
}

/** Nothing was written: another schema than the request was admitted against is in force. */
export class StaleSchema extends Error {
  override readonly name = 'StaleSchema'

  constructor(admitted: Revision, inForce: Revision) {
    super(`admitted against the schema of revision ${admitted}, but that of ${inForce} is in force`)
  }
}

/** @throws StaleSchema */
export function requireSchema(admitted: Revision, inForce: Revision): void {
  if (admitted !== inForce) throw new StaleSchema(admitted, inForce)
}
