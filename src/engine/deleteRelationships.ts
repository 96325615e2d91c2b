// Deletes the relationships that a filter matches, all of them or up to a limit, in one revision.

import {
  limits,
  type Precondition,
  type RelationshipFilter,
  type Revision,
  type RevisionNote,
} from '../terms/index.js'
import { writeAdmitted } from './admission.js'
import type { Engine } from './engine.js'
import { requireFilterNames, requireFilterShape } from './filterRules.js'
import { requireLimit } from './readRelationships.js'
import {
  requireNote,
  requirePreconditionNames,
  requirePreconditions,
} from './writeRelationships.js'

interface DeleteRequest {
  readonly filter: RelationshipFilter
  /** The greatest number to delete, at most 1000; 0 for all that match. */
  readonly limit: number
  /**
   * Whether a call that leaves some relationships undeleted is allowed; otherwise it is refused.
   */
  readonly partial: boolean
  readonly preconditions: readonly Precondition[]
  readonly note: RevisionNote
}

interface DeleteAnswer {
  readonly revision: Revision
  readonly deleted: number
  /** Whether every matching relationship is certainly deleted. */
  readonly complete: boolean
}

/**
 * Deletes relationships.
 * @throws Refusal for a bad filter or limit, a failed precondition, more matches than the limit
 */
export async function deleteRelationships(
  engine: Engine,
  request: DeleteRequest,
): Promise<DeleteAnswer> {
  const { filter, limit, partial, preconditions, note } = request
  requireFilterShape(filter)
  requireLimit(limit, limits.deleteLimitMax)
  requirePreconditions(preconditions)
  requireNote(note)
  return writeAdmitted(engine, ({ schema, revision: schemaRevision }) => {
    requireFilterNames(schema, filter)
    requirePreconditionNames(schema, preconditions)
    return { kind: 'delete', schemaRevision, filter, limit, partial, preconditions, note }
  })
}
