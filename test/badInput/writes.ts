// Bad writes: of relationships and of schemas.

import { limits } from '../../src/terms/index.js'
import {
  create,
  DELETE,
  FILTER,
  ON_DAY,
  object,
  STORED,
  subject,
  touch,
  WRITE,
  WRITE_SCHEMA,
} from '../wire.js'
import { INVALID, type Row } from './row.js'

export const badWrites: readonly Row[] = [
  {
    claim: 'an update without operation',
    path: WRITE,
    body: { updates: [{ relationship: STORED }] },
    ...INVALID,
  },
  {
    claim: 'an unknown operation',
    path: WRITE,
    body: { updates: [{ operation: 'OPERATION_UPSERT', relationship: STORED }] },
    ...INVALID,
  },
  {
    claim: 'an update without relationship',
    path: WRITE,
    body: { updates: [{ operation: 2 }] },
    ...INVALID,
  },
  {
    claim: 'what is there already',
    path: WRITE,
    body: { updates: [create(STORED)] },
    status: 409,
    code: 6,
    reason: 'ATTEMPT_TO_RECREATE_RELATIONSHIP',
    metadata: { resource_type: 'document', resource_object_id: '1', subject_object_id: 'ann' },
  },
  {
    claim: 'the same relationship twice',
    path: WRITE,
    body: { updates: [touch(STORED), create({ ...STORED, optionalCaveat: ON_DAY })] },
    code: 3,
    reason: 'UPDATES_ON_SAME_RELATIONSHIP',
  },
  {
    claim: 'too many updates',
    path: WRITE,
    body: {
      updates: Array.from({ length: limits.updatesMax + 1 }, (_, index) =>
        touch({ ...STORED, resource: object('document', `${index}`) }),
      ),
    },
    code: 3,
    reason: 'TOO_MANY_UPDATES_IN_REQUEST',
    metadata: { update_count: '1001', maximum_updates_allowed: '1000' },
  },
  {
    claim: 'too many preconditions',
    path: WRITE,
    body: {
      updates: [touch(STORED)],
      optionalPreconditions: Array.from({ length: limits.preconditionsMax + 1 }, () => ({
        operation: 'OPERATION_MUST_MATCH',
        filter: FILTER,
      })),
    },
    code: 3,
    reason: 'TOO_MANY_PRECONDITIONS_IN_REQUEST',
  },
  {
    claim: 'a write to a permission',
    path: WRITE,
    body: { updates: [touch({ ...STORED, relation: 'view' })] },
    code: 3,
    reason: 'CANNOT_UPDATE_PERMISSION',
    metadata: { definition_name: 'document', permission_name: 'view' },
  },
  {
    claim: 'an unknown relation to write to',
    path: WRITE,
    body: { updates: [touch({ ...STORED, relation: 'viewerr' })] },
    code: 9,
    reason: 'UNKNOWN_RELATION_OR_PERMISSION',
  },
  {
    claim: 'a subject that is not admitted',
    path: WRITE,
    body: { updates: [touch({ ...STORED, relation: 'owner', subject: subject('group', 'a') })] },
    code: 3,
    reason: 'INVALID_SUBJECT_TYPE',
    metadata: { definition_name: 'document', relation_name: 'owner', subject_type: 'group' },
    message: /user/,
  },
  {
    claim: 'a wildcard that is not admitted',
    path: WRITE,
    body: { updates: [touch({ ...STORED, relation: 'owner', subject: subject('user', '*') })] },
    code: 3,
    reason: 'INVALID_SUBJECT_TYPE',
  },
  {
    claim: 'an unknown caveat',
    path: WRITE,
    body: { updates: [touch({ ...STORED, optionalCaveat: { caveatName: 'on_dya' } })] },
    code: 9,
    reason: 'UNKNOWN_CAVEAT',
    metadata: { caveat_name: 'on_dya' },
  },
  {
    claim: 'a stored context of the wrong type',
    path: WRITE,
    body: {
      updates: [touch({ ...STORED, optionalCaveat: { ...ON_DAY, context: { day: 1 } } })],
    },
    code: 3,
    reason: 'CAVEAT_PARAMETER_TYPE_ERROR',
  },
  {
    claim: 'a stored context over the limit',
    path: WRITE,
    body: {
      updates: [
        touch({
          ...STORED,
          optionalCaveat: { ...ON_DAY, context: { day: 'x'.repeat(limits.storedContextBytesMax) } },
        }),
      ],
    },
    code: 3,
    reason: 'MAX_RELATIONSHIP_CONTEXT_SIZE',
  },
  {
    claim: 'metadata over the limit',
    path: WRITE,
    body: {
      updates: [touch(STORED)],
      optionalTransactionMetadata: { note: 'x'.repeat(limits.metadataBytesMax) },
    },
    code: 3,
    reason: 'TRANSACTION_METADATA_TOO_LARGE',
  },
  {
    claim: 'a precondition that fails',
    path: WRITE,
    body: {
      updates: [touch({ ...STORED, relation: 'owner' })],
      optionalPreconditions: [
        { operation: 'OPERATION_MUST_MATCH', filter: { ...FILTER, optionalResourceId: 'none' } },
      ],
    },
    code: 9,
    reason: 'WRITE_OR_DELETE_PRECONDITION_FAILURE',
    metadata: { precondition_resource_type: 'document', precondition_resource_id: 'none' },
  },
  {
    claim: 'a precondition without filter',
    path: WRITE,
    body: { optionalPreconditions: [{ operation: 'OPERATION_MUST_MATCH' }] },
    ...INVALID,
  },
  {
    claim: 'a precondition with an empty filter',
    path: WRITE,
    body: { optionalPreconditions: [{ operation: 'OPERATION_MUST_MATCH', filter: {} }] },
    ...INVALID,
    reason: 'UNSPECIFIED',
  },
  {
    claim: 'an expiration that is no time',
    path: WRITE,
    body: { updates: [touch({ ...STORED, optionalExpiresAt: 'soon' })] },
    ...INVALID,
  },
]

export const badDeletes: readonly Row[] = [
  {
    claim: 'more to delete than the limit',
    path: DELETE,
    body: { relationshipFilter: FILTER, optionalLimit: 1 },
    code: 3,
    reason: 'TOO_MANY_RELATIONSHIPS_FOR_TRANSACTIONAL_DELETE',
    metadata: { limit: '1' },
  },
  {
    claim: 'a delete limit over the limit',
    path: DELETE,
    body: { relationshipFilter: FILTER, optionalLimit: 1001 },
    code: 3,
    reason: 'EXCEEDS_MAXIMUM_ALLOWABLE_LIMIT',
  },
  {
    claim: 'an empty filter to delete by',
    path: DELETE,
    body: { relationshipFilter: {} },
    code: 3,
    reason: 'INVALID_FILTER',
  },
]

export const badSchemas: readonly Row[] = [
  {
    claim: 'a text that is no schema',
    path: WRITE_SCHEMA,
    body: { schema: 'definition' },
    code: 3,
    reason: 'SCHEMA_PARSE_ERROR',
  },
  {
    claim: 'a schema whose parts do not fit',
    path: WRITE_SCHEMA,
    body: { schema: 'definition document {\n relation viewer: user\n}' },
    code: 9,
    reason: 'SCHEMA_TYPE_ERROR',
  },
  {
    claim: 'a schema that what is stored does not fit',
    path: WRITE_SCHEMA,
    body: { schema: 'definition user {}' },
    code: 3,
    reason: 'SCHEMA_TYPE_ERROR',
  },
  {
    claim: 'a text that no database holds',
    path: WRITE_SCHEMA,
    body: { schema: '/* \0 */ definition user {}' },
    ...INVALID,
  },
]
