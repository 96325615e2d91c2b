// The conversion of relationships to rows of the relationship table and back. This file knows the
// columns, but no queries.

import {
  type JsonObject,
  type Relationship,
  type RelationshipIdentity,
  type Revision,
  toTellable,
} from '../terms/index.js'
import type { DatabaseRow } from './database.js'

/** The `deleted_revision` of an open version. No revision ever gets this far. */
export const OPEN = Number.MAX_SAFE_INTEGER as Revision

/** The columns that identify a relationship, in the order of relationships. */
export const IDENTITY = [
  'resource_type',
  'resource_id',
  'relation',
  'subject_type',
  'subject_id',
  'subject_relation',
] as const

export type IdentityColumn = (typeof IDENTITY)[number]

export interface RelationshipRow extends DatabaseRow {
  readonly resource_type: string
  readonly resource_id: string
  readonly relation: string
  readonly subject_type: string
  readonly subject_id: string
  readonly subject_relation: string
  readonly caveat_name: string | null
  readonly caveat_context: string | null
  readonly expires_at: number | null
}

/** The identity as a list for SQL: `r.resource_type, r.resource_id, …`. */
export const listIdentity = (alias: string): string =>
  IDENTITY.map(column => `${alias}.${column}`).join(', ')

/** The columns that `toRelationship` reads, as a list for SQL. */
export const listRelationship = (alias: string): string =>
  `${listIdentity(alias)}, ${alias}.caveat_name, ${alias}.caveat_context, ${alias}.expires_at`

export const toRelationship = (row: RelationshipRow): Relationship => ({
  resource: { type: row.resource_type, id: row.resource_id },
  relation: row.relation,
  subject: { type: row.subject_type, id: row.subject_id, relation: row.subject_relation },
  caveat:
    row.caveat_name === null
      ? null
      : { name: row.caveat_name, context: toContext(row.caveat_context) },
  // Older versions accepted times some hours beyond the years that can be printed.
  expiresAt: row.expires_at === null ? null : toTellable(row.expires_at),
})

const toContext = (json: string | null): JsonObject =>
  json === null ? {} : (JSON.parse(json) as JsonObject)

/** The values of the identity columns. */
export const toIdentityRow = ({
  resource,
  relation,
  subject,
}: RelationshipIdentity): Readonly<Record<IdentityColumn, string>> => ({
  resource_type: resource.type,
  resource_id: resource.id,
  relation,
  subject_type: subject.type,
  subject_id: subject.id,
  subject_relation: subject.relation,
})

/**
 * The values of the identity columns, one array a column, for `unnest` in the order of IDENTITY.
 */
export function toIdentityArrays(identities: readonly RelationshipIdentity[]): string[][] {
  const rows = identities.map(toIdentityRow)
  return IDENTITY.map(column => rows.map(row => row[column]))
}

/** The caveats' names and contexts and the expirations, one array a column. */
export const toTraitArrays = (
  relationships: readonly Relationship[],
): [(string | null)[], (string | null)[], (number | null)[]] => [
  relationships.map(({ caveat }) => caveat?.name ?? null),
  relationships.map(({ caveat }) => (caveat === null ? null : JSON.stringify(caveat.context))),
  relationships.map(({ expiresAt }) => expiresAt),
]
