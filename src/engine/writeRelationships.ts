// Creates, touches and deletes relationships in one revision, if all of them and all preconditions
// may be. Everything that does not need the stored relationships is decided here.
//
// With deletions it is an atomic replacement: what the filters match goes, except what the updates
// name, and nobody who keeps access loses it in between.

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

export interface WriteRequest {
  readonly updates: readonly Update[]
  /** What any of these matches, and no update names, is deleted. A matching one may be created. */
  readonly deletions?: readonly RelationshipFilter[]
  readonly preconditions: readonly Precondition[]
  readonly permissionPreconditions?: readonly PermissionPrecondition[]
  readonly note: RevisionNote
}

export interface WriteAnswer {
  readonly revision: Revision
  /** What became of each update, in their order. */
  readonly outcomes: readonly UpdateOutcome[]
  /** Relationships that the deletions deleted. */
  readonly deleted: number
}

/** @throws Refusal for what must not be written; then nothing is */
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
  // A node that is behind holds up those who ask it here, rather than all writes in the guard.
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
      `deletion count of ${deletions.length} is greater than maximum allowed of ${limits.deletionFiltersMax}`,
      {
        deletion_count: `${deletions.length}`,
        maximum_deletions_allowed: `${limits.deletionFiltersMax}`,
      },
    )
  }
  for (const filter of deletions) requireFilterShape(filter)
}

/** @throws Refusal `too-many-preconditions`, `precondition-empty`, or what makes a filter unusable */
export function requirePreconditions(preconditions: readonly Precondition[]): void {
  if (preconditions.length > limits.preconditionsMax) {
    throw new Refusal(
      'too-many-preconditions',
      `precondition count of ${preconditions.length} is greater than maximum allowed of ${limits.preconditionsMax}`,
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

/** @throws Refusal `unknown-definition`, `unknown-relation` */
export function requirePreconditionNames(
  schema: Schema,
  preconditions: readonly Precondition[],
): void {
  for (const { filter } of preconditions) requireFilterNames(schema, filter)
}

/** @throws Refusal `metadata-too-large` */
export function requireNote({ metadata }: RevisionNote): void {
  const bytes = metadata === null ? 0 : jsonBytes(metadata)
  if (bytes <= limits.metadataBytesMax) return
  throw new Refusal(
    'metadata-too-large',
    `metadata supplied in the request exceeds the maximum allowed size: ${bytes} bytes, at most ${limits.metadataBytesMax}`,
    {
      metadata_byte_size: `${bytes}`,
      maximum_allowed_metadata_byte_size: `${limits.metadataBytesMax}`,
    },
  )
}
