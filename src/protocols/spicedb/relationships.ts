// Read, write and delete relationships.

import {
  deleteRelationships,
  type ReadItem,
  readRelationships,
  token,
  writeRelationships,
} from '../../engine/index.js'
import { NOTE_HEADERS, type Scope, stream, toNote, unary } from '../../http/index.js'
import {
  Consistency,
  Cursor,
  chosen,
  enumeration,
  flag,
  fromRelationship,
  list,
  message,
  ObjectReference,
  RELATION_NAME,
  Relationship,
  RelationshipFilter,
  required,
  SubjectReference,
  struct,
  text,
  toCheckItem,
  toFilter,
  toRelationship,
  uint32,
  uint64,
  type Wire,
  ZedToken,
} from '../../messages/index.js'
import type {
  PermissionPrecondition,
  Precondition,
  Update,
  UpdateOutcome,
} from '../../terms/index.js'

const TAG = 'relationships'

const EXAMPLE = {
  resource: { objectType: 'document', objectId: 'plan' },
  relation: 'viewer',
  subject: { object: { objectType: 'group', objectId: 'sales' }, optionalRelation: 'member' },
}

export const RelationshipUpdate = message(
  'RelationshipUpdate',
  'A relationship, and what to do to it.',
  {
    operation: chosen(
      enumeration([
        'OPERATION_UNSPECIFIED',
        'OPERATION_CREATE',
        'OPERATION_TOUCH',
        'OPERATION_DELETE',
      ]),
    ),
    relationship: required(Relationship),
  },
)

const PreconditionMessage = message(
  'Precondition',
  'What some stored relationship must match, or none may, for the request to be carried out.',
  {
    operation: chosen(
      enumeration(['OPERATION_UNSPECIFIED', 'OPERATION_MUST_NOT_MATCH', 'OPERATION_MUST_MATCH']),
    ),
    filter: required(RelationshipFilter),
  },
)

const PermissionPreconditionMessage = message(
  'PermissionPrecondition',
  'What a subject must be able to do, or must not, for the request to be carried out: decided as of the very revision that the write follows. An answer that lacks context meets neither.',
  {
    operation: chosen(
      enumeration(['OPERATION_UNSPECIFIED', 'OPERATION_MUST_NOT_HAVE', 'OPERATION_MUST_HAVE']),
    ),
    resource: required(ObjectReference),
    permission: text(RELATION_NAME),
    subject: required(SubjectReference),
    context: struct,
  },
)

const ReadRelationshipsRequest = message(
  'ReadRelationshipsRequest',
  'Which relationships to read; 0 as the limit reads all there are.',
  {
    consistency: Consistency,
    relationshipFilter: required(RelationshipFilter),
    optionalLimit: uint32,
    optionalCursor: Cursor,
  },
  { example: { relationshipFilter: { resourceType: 'document', optionalRelation: 'viewer' } } },
)

const ReadRelationshipsResponse = message('ReadRelationshipsResponse', 'One relationship.', {
  readAt: ZedToken,
  relationship: Relationship,
  afterResultCursor: Cursor,
})

const WriteRelationshipsRequest = message(
  'WriteRelationshipsRequest',
  'Updates that are all carried out, or none of them. In the same revision everything is deleted that one of the deletions matches, except what the updates name.',
  {
    updates: list(required(RelationshipUpdate)),
    optionalDeletions: list(required(RelationshipFilter)),
    optionalPreconditions: list(required(PreconditionMessage)),
    optionalPermissionPreconditions: list(required(PermissionPreconditionMessage)),
    optionalTransactionMetadata: struct,
  },
  { example: { updates: [{ operation: 'OPERATION_TOUCH', relationship: EXAMPLE }] } },
)

const UpdateOutcomeMessage = message(
  'UpdateOutcome',
  'What became of an update: a touch of an identical relationship leaves it unchanged, a deletion of none finds it absent.',
  {
    outcome: enumeration([
      'OUTCOME_UNSPECIFIED',
      'OUTCOME_CREATED',
      'OUTCOME_REPLACED',
      'OUTCOME_UNCHANGED',
      'OUTCOME_DELETED',
      'OUTCOME_ABSENT',
    ]),
  },
)

const WriteRelationshipsResponse = message(
  'WriteRelationshipsResponse',
  'When it was written, what became of the updates, in their order, and how many relationships the deletions deleted.',
  {
    writtenAt: ZedToken,
    updateOutcomes: list(required(UpdateOutcomeMessage)),
    relationshipsDeletedCount: uint64,
  },
)

const DeleteRelationshipsRequest = message(
  'DeleteRelationshipsRequest',
  'Which relationships to delete; 0 as the limit deletes all that match at once.',
  {
    relationshipFilter: required(RelationshipFilter),
    optionalPreconditions: list(required(PreconditionMessage)),
    optionalLimit: uint32,
    optionalAllowPartialDeletions: flag,
    optionalTransactionMetadata: struct,
  },
  { example: { relationshipFilter: { resourceType: 'document', optionalResourceId: 'plan' } } },
)

const DeleteRelationshipsResponse = message(
  'DeleteRelationshipsResponse',
  'How many were deleted; a partial deletion is to be called again.',
  {
    deletedAt: ZedToken,
    deletionProgress: enumeration([
      'DELETION_PROGRESS_UNSPECIFIED',
      'DELETION_PROGRESS_COMPLETE',
      'DELETION_PROGRESS_PARTIAL',
    ]),
    relationshipsDeletedCount: uint64,
  },
)

export function relationshipRoutes(scope: Scope): void {
  readRoute(scope)
  writeRoute(scope)
  deleteRoute(scope)
}

function readRoute(scope: Scope): void {
  stream(scope, {
    path: '/v1/relationships/read',
    tag: TAG,
    summary: 'Read relationships',
    description:
      'Stored relationships that match a filter, as of one place in the order of changes.',
    request: ReadRelationshipsRequest,
    response: ReadRelationshipsResponse,
    async open(body, { engine, consistency }) {
      const { revision, items } = await readRelationships(engine, {
        consistency,
        filter: toFilter(body.relationshipFilter),
        limit: body.optionalLimit,
        cursor: body.optionalCursor?.token ?? null,
      })
      const readAt = { token: token(engine, revision) }
      return {
        items,
        toResult: ({ relationship, cursor }: ReadItem) => ({
          readAt,
          relationship: fromRelationship(relationship),
          afterResultCursor: { token: cursor },
        }),
      }
    },
  })
}

function writeRoute(scope: Scope): void {
  unary(scope, {
    path: '/v1/relationships/write',
    tag: TAG,
    summary: 'Write relationships',
    description: `Creates, touches and deletes relationships, if all preconditions hold. ${NOTE_HEADERS}`,
    request: WriteRelationshipsRequest,
    response: WriteRelationshipsResponse,
    async answer(body, { engine, metadata }): Promise<Wire<typeof WriteRelationshipsResponse>> {
      const { revision, outcomes, deleted } = await writeRelationships(engine, {
        updates: body.updates.map(toUpdate),
        deletions: body.optionalDeletions.map(toFilter),
        preconditions: body.optionalPreconditions.map(toPrecondition),
        permissionPreconditions: body.optionalPermissionPreconditions.map(toPermissionPrecondition),
        note: toNote(metadata, body.optionalTransactionMetadata),
      })
      return {
        writtenAt: { token: token(engine, revision) },
        updateOutcomes: outcomes.map(outcome => OUTCOMES[outcome]),
        relationshipsDeletedCount: `${deleted}`,
      }
    },
  })
}

function deleteRoute(scope: Scope): void {
  unary(scope, {
    path: '/v1/relationships/delete',
    tag: TAG,
    summary: 'Delete relationships',
    description: `Deletes the relationships that match a filter, if all preconditions hold. ${NOTE_HEADERS}`,
    request: DeleteRelationshipsRequest,
    response: DeleteRelationshipsResponse,
    async answer(body, { engine, metadata }): Promise<Wire<typeof DeleteRelationshipsResponse>> {
      const { revision, deleted, complete } = await deleteRelationships(engine, {
        filter: toFilter(body.relationshipFilter),
        limit: body.optionalLimit,
        partial: body.optionalAllowPartialDeletions,
        preconditions: body.optionalPreconditions.map(toPrecondition),
        note: toNote(metadata, body.optionalTransactionMetadata),
      })
      return {
        deletedAt: { token: token(engine, revision) },
        deletionProgress: complete ? 'DELETION_PROGRESS_COMPLETE' : 'DELETION_PROGRESS_PARTIAL',
        relationshipsDeletedCount: `${deleted}`,
      }
    },
  })
}

const OPERATIONS = {
  OPERATION_UNSPECIFIED: 'touch',
  OPERATION_CREATE: 'create',
  OPERATION_TOUCH: 'touch',
  OPERATION_DELETE: 'delete',
} as const

const toUpdate = ({ operation, relationship }: Wire<typeof RelationshipUpdate>): Update => ({
  operation: OPERATIONS[operation],
  relationship: toRelationship(relationship),
})

const toPrecondition = ({ operation, filter }: Wire<typeof PreconditionMessage>): Precondition => ({
  kind: operation === 'OPERATION_MUST_MATCH' ? 'must-match' : 'must-not-match',
  filter: toFilter(filter),
})

const toPermissionPrecondition = ({
  operation,
  ...question
}: Wire<typeof PermissionPreconditionMessage>): PermissionPrecondition => ({
  kind: operation === 'OPERATION_MUST_HAVE' ? 'must-have' : 'must-not-have',
  item: toCheckItem(question),
})

/** Shared, as a write may have a thousand. */
const OUTCOMES = {
  created: { outcome: 'OUTCOME_CREATED' },
  replaced: { outcome: 'OUTCOME_REPLACED' },
  unchanged: { outcome: 'OUTCOME_UNCHANGED' },
  deleted: { outcome: 'OUTCOME_DELETED' },
  absent: { outcome: 'OUTCOME_ABSENT' },
} as const satisfies Record<UpdateOutcome, unknown>
