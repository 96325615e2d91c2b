// Read, write and delete relationships.

import {
  deleteRelationships,
  type ReadItem,
  readRelationships,
  token,
  writeRelationships,
} from '../../engine/index.js'
import type { Precondition, Update } from '../../terms/index.js'
import { chosen, enumeration, flag, list, struct, uint32, uint64 } from '../field.js'
import { message, required, type Wire } from '../message.js'
import { NOTE_HEADERS, toNote } from '../note.js'
import { Consistency, Cursor, Relationship, RelationshipFilter, ZedToken } from './messages.js'
import { type Scope, stream, unary } from './route.js'
import { fromRelationship, toFilter, toRelationship } from './wire.js'

const TAG = 'relationships'

const EXAMPLE = {
  resource: { objectType: 'document', objectId: 'plan' },
  relation: 'viewer',
  subject: { object: { objectType: 'group', objectId: 'sales' }, optionalRelation: 'member' },
}

const RelationshipUpdate = message('RelationshipUpdate', 'A relationship, and what to do to it.', {
  operation: chosen(
    enumeration([
      'OPERATION_UNSPECIFIED',
      'OPERATION_CREATE',
      'OPERATION_TOUCH',
      'OPERATION_DELETE',
    ]),
  ),
  relationship: required(Relationship),
})

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
  'Updates that are all carried out, or none of them.',
  {
    updates: list(required(RelationshipUpdate)),
    optionalPreconditions: list(required(PreconditionMessage)),
    optionalTransactionMetadata: struct,
  },
  { example: { updates: [{ operation: 'OPERATION_TOUCH', relationship: EXAMPLE }] } },
)

const WriteRelationshipsResponse = message('WriteRelationshipsResponse', 'When it was written.', {
  writtenAt: ZedToken,
})

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
    async answer(body, { engine, request }) {
      const revision = await writeRelationships(engine, {
        updates: body.updates.map(toUpdate),
        preconditions: body.optionalPreconditions.map(toPrecondition),
        note: toNote(request, body.optionalTransactionMetadata),
      })
      return { writtenAt: { token: token(engine, revision) } }
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
    async answer(body, { engine, request }): Promise<Wire<typeof DeleteRelationshipsResponse>> {
      const { revision, deleted, complete } = await deleteRelationships(engine, {
        filter: toFilter(body.relationshipFilter),
        limit: body.optionalLimit,
        partial: body.optionalAllowPartialDeletions,
        preconditions: body.optionalPreconditions.map(toPrecondition),
        note: toNote(request, body.optionalTransactionMetadata),
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
