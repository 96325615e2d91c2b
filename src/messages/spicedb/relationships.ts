// The messages that read, write and delete relationships.

import { chosen, enumeration, flag, list, struct, text, uint32, uint64 } from '../field.js'
import { message, required } from '../message.js'
import {
  Consistency,
  Cursor,
  invisibleFaults,
  ObjectReference,
  RELATION_NAME,
  Relationship,
  RelationshipFilter,
  SubjectReference,
  ZedToken,
} from './shared.js'

const EXAMPLE = {
  resource: { objectType: 'document', objectId: 'plan' },
  relation: 'viewer',
  subject: { object: { objectType: 'group', objectId: 'sales' }, optionalRelation: 'member' },
}

export const RelationshipUpdate = message(
  'RelationshipUpdate',
  'A relationship, and the operation on it.',
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
  {
    rule: ({ operation, relationship }) =>
      operation === 'OPERATION_DELETE' ? [] : invisibleFaults(relationship, '.relationship'),
  },
)

export const PreconditionMessage = message(
  'Precondition',
  'A filter that some stored relationship must match, or none may, for the request to be ' +
    'carried out.',
  {
    operation: chosen(
      enumeration(['OPERATION_UNSPECIFIED', 'OPERATION_MUST_NOT_MATCH', 'OPERATION_MUST_MATCH']),
    ),
    filter: required(RelationshipFilter),
  },
)

export const PermissionPreconditionMessage = message(
  'PermissionPrecondition',
  'A permission that a subject must have, or must not have, for the request to be carried ' +
    'out. It is decided at the very revision that the write follows. A conditional answer meets ' +
    'neither.',
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

export const ReadRelationshipsRequest = message(
  'ReadRelationshipsRequest',
  'Which relationships to read; 0 as the limit reads all.',
  {
    consistency: Consistency,
    relationshipFilter: required(RelationshipFilter),
    optionalLimit: uint32,
    optionalCursor: Cursor,
  },
  { example: { relationshipFilter: { resourceType: 'document', optionalRelation: 'viewer' } } },
)

export const ReadRelationshipsResponse = message('ReadRelationshipsResponse', 'One relationship.', {
  readAt: ZedToken,
  relationship: Relationship,
  afterResultCursor: Cursor,
})

export const WriteRelationshipsRequest = message(
  'WriteRelationshipsRequest',
  'Updates, of which all are carried out or none. The same revision deletes every ' +
    'relationship that one of the deletions matches, except those that the updates name.',
  {
    updates: list(required(RelationshipUpdate)),
    optionalDeletions: list(required(RelationshipFilter)),
    optionalPreconditions: list(required(PreconditionMessage)),
    optionalPermissionPreconditions: list(required(PermissionPreconditionMessage)),
    optionalTransactionMetadata: struct,
  },
  { example: { updates: [{ operation: 'OPERATION_TOUCH', relationship: EXAMPLE }] } },
)

export const UpdateOutcomeMessage = message(
  'UpdateOutcome',
  'The outcome of an update. A touch of an identical relationship leaves it unchanged. A ' +
    'deletion of a relationship that does not exist finds it absent.',
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

export const WriteRelationshipsResponse = message(
  'WriteRelationshipsResponse',
  'The revision of the write, the outcomes of the updates in their order, and the number of ' +
    'relationships that the deletions deleted.',
  {
    writtenAt: ZedToken,
    updateOutcomes: list(required(UpdateOutcomeMessage)),
    relationshipsDeletedCount: uint64,
  },
)

export const DeleteRelationshipsRequest = message(
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

export const DeleteRelationshipsResponse = message(
  'DeleteRelationshipsResponse',
  'The number of deleted relationships. After a partial deletion the request has to be repeated.',
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
