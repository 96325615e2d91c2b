// The write of relationships: creates, touches and deletes in one revision, if all updates and all
// preconditions allow it. Everything that does not need stored relationships is decided here.
//
// A write with deletions is an atomic replacement. Whatever the filters match is deleted, except
// what the updates name, so that nobody who keeps access loses it in between.

import { requireAdmitted, type Schema } from '../language/index.js'
import {
  jsonBytes,
  limits,
  type PermissionPrecondition,
  type Precondition,
  printIdentity,
  Refusal,
  type RelationshipFilter,
  type Revision,
  type RevisionNote,
  requireVisibleIds,
  type Update,
  type UpdateOutcome,
} from '../terms/index.js'
import { requireContextSize, writeAdmitted } from './admission.js'
import type { Engine } from './engine.js'
import { isEmpty, requireFilterNames, requireFilterShape } from './filterRules.js'
import { viewFor } from './graph/view.js'
import {
  requirePermissionNames,
  requirePermissionPreconditions,
  toGuard,
} from './permissionPreconditions.js'

interface WriteRequest {
  readonly updates: readonly Update[]
  /**
   * The filters of relationships to delete, except those that an update names. A matching
   * relationship may be created.
   */
  readonly deletions?: readonly RelationshipFilter[]
  readonly preconditions: readonly Precondition[]
  readonly permissionPreconditions?: readonly PermissionPrecondition[]
  readonly note: RevisionNote
}

interface WriteAnswer {
  readonly revision: Revision
  /** The outcome of each update, in their order. */
  readonly outcomes: readonly UpdateOutcome[]
  /** The number of relationships that the deletions deleted. */
  readonly deleted: number
}

/** Writes relationships. @throws Refusal for what must not be written; then nothing is */
export async function writeRelationships(
  engine: Engine,
  request: WriteRequest,
): Promise<WriteAnswer> {
  const { updates, deletions = [], preconditions, permissionPreconditions = [], note } = request
  requireUpdates(updates)
  requireDeletions(deletions)
  requirePreconditions(preconditions)
  requirePermissionPreconditions(permissionPreconditions)
  requireNote(note)
  const guard = toGuard(engine, permissionPreconditions)
  // If this node is behind, its own callers wait here, rather than all writes of the store in the
  // guard.
  if (guard !== null) await viewFor(engine, { kind: 'full' })
  return writeAdmitted(engine, ({ schema, revision: schemaRevision }) => {
    for (const { operation, relationship } of updates) {
      requireAdmitted(schema, relationship, operation)
    }
    for (const filter of deletions) requireFilterNames(schema, filter)
    requirePreconditionNames(schema, preconditions)
    requirePermissionNames(schema, permissionPreconditions)
    return {
      kind: 'relationships',
      schemaRevision,
      updates,
      deletions,
      preconditions,
      guard,
      note,
    }
  })
}

function requireUpdates(updates: readonly Update[]): void {
  if (updates.length > limits.updatesMax) {
    throw new Refusal(
      'too-many-updates',
      `update count of ${updates.length} is greater than maximum allowed of ${limits.updatesMax}`,
      { update_count: `${updates.length}`, maximum_updates_allowed: `${limits.updatesMax}` },
    )
  }
  const seen = new Set<string>()
  for (const { operation, relationship } of updates) {
    if (operation !== 'delete') requireVisibleIds(relationship)
    const identity = printIdentity(relationship)
    if (seen.has(identity)) {
      throw new Refusal(
        'update-repeated',
        `found more than one update with relationship \`${identity}\``,
        { definition_name: relationship.resource.type, relationship: identity },
      )
    }
    seen.add(identity)
    requireContextSize(relationship)
  }
}

function requireDeletions(deletions: readonly RelationshipFilter[]): void {
  if (deletions.length > limits.deletionFiltersMax) {
    throw new Refusal(
      'limit-exceeded',
      `deletion count of ${deletions.length} is greater than maximum allowed of ` +
        `${limits.deletionFiltersMax}`,
      {
        deletion_count: `${deletions.length}`,
        maximum_deletions_allowed: `${limits.deletionFiltersMax}`,
      },
    )
  }
  for (const filter of deletions) requireFilterShape(filter)
}

/**
 * Requires usable preconditions.
 * @throws Refusal `too-many-preconditions`, `precondition-empty`, or what makes a filter unusable
 */
export function requirePreconditions(preconditions: readonly Precondition[]): void {
  if (preconditions.length > limits.preconditionsMax) {
    throw new Refusal(
      'too-many-preconditions',
      `precondition count of ${preconditions.length} is greater than maximum allowed of ` +
        `${limits.preconditionsMax}`,
      {
        precondition_count: `${preconditions.length}`,
        maximum_updates_allowed: `${limits.preconditionsMax}`,
      },
    )
  }
  for (const { filter } of preconditions) {
    if (isEmpty(filter)) {
      throw new Refusal('precondition-empty', 'a precondition filter must set at least one field')
    }
    requireFilterShape(filter)
  }
}

/**
 * Requires names that the schema knows.
 * @throws Refusal `unknown-definition`, `unknown-relation`
 */
export function requirePreconditionNames(
  schema: Schema,
  preconditions: readonly Precondition[],
): void {
  for (const { filter } of preconditions) requireFilterNames(schema, filter)
}

/** Requires metadata of acceptable size. @throws Refusal `metadata-too-large` */
export function requireNote({ metadata }: RevisionNote): void {
  const bytes = metadata === null ? 0 : jsonBytes(metadata)
  if (bytes <= limits.metadataBytesMax) return
  throw new Refusal(
    'metadata-too-large',
    `metadata supplied in the request exceeds the maximum allowed size: ${bytes} bytes, at most ` +
      `${limits.metadataBytesMax}`,
    {
      metadata_byte_size: `${bytes}`,
      maximum_allowed_metadata_byte_size: `${limits.metadataBytesMax}`,
    },
  )
}
