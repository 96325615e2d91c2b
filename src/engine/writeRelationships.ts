// Creates, touches and deletes relationships in one revision, if all of them and all preconditions
// may be. Everything that does not need the stored relationships is decided here.

import { requireAdmitted, type Schema } from '../language/index.js'
import {
  jsonBytes,
  limits,
  type Precondition,
  printIdentity,
  Refusal,
  type Revision,
  type RevisionNote,
  type Update,
} from '../terms/index.js'
import { writeAdmitted } from './admission.js'
import type { Engine } from './engine.js'
import { isEmpty, requireFilterNames, requireFilterShape } from './filterRules.js'

export interface WriteRequest {
  readonly updates: readonly Update[]
  readonly preconditions: readonly Precondition[]
  readonly note: RevisionNote
}

/** @throws Refusal for what must not be written; then nothing is */
export async function writeRelationships(engine: Engine, request: WriteRequest): Promise<Revision> {
  const { updates, preconditions, note } = request
  requireUpdates(updates)
  requirePreconditions(preconditions)
  requireNote(note)
  const outcome = await writeAdmitted(engine, ({ schema, revision: schemaRevision }) => {
    for (const { operation, relationship } of updates) {
      requireAdmitted(schema, relationship, operation)
    }
    requirePreconditionNames(schema, preconditions)
    return { kind: 'relationships', schemaRevision, updates, preconditions, note }
  })
  return outcome.revision
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
  for (const { relationship } of updates) {
    const identity = printIdentity(relationship)
    if (seen.has(identity)) {
      throw new Refusal(
        'update-repeated',
        `found more than one update with relationship \`${identity}\` in this request; a relationship can only be specified in an update once per overall WriteRelationships request`,
        { definition_name: relationship.resource.type, relationship: identity },
      )
    }
    seen.add(identity)
    requireContextSize(relationship)
  }
}

function requireContextSize(relationship: Update['relationship']): void {
  const bytes = relationship.caveat === null ? 0 : jsonBytes(relationship.caveat.context)
  if (bytes <= limits.storedContextBytesMax) return
  throw new Refusal(
    'stored-context-too-large',
    `provided relationship \`${printIdentity(relationship)}\` exceeded maximum allowed caveat size of ${limits.storedContextBytesMax}`,
    {
      relationship: printIdentity(relationship),
      max_allowed_size: `${limits.storedContextBytesMax}`,
      context_size: `${bytes}`,
    },
  )
}

/** @throws Refusal `too-many-preconditions`, or what makes a filter unusable */
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
      throw new Refusal('invalid-argument', 'a precondition filter must set at least one field')
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
