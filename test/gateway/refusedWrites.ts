// The writes that a script for SpiceDB's HTTP gateway expects to be refused.

import {
  ALREADY_EXISTS,
  DOCUMENTS,
  FAILED_PRECONDITION,
  INVALID_ARGUMENT,
  OVER_LIMIT,
  RESOURCE_EXHAUSTED,
  type Row,
} from './refusal.js'
import { create, type Json, relationship, SCHEMA, subject, touch, user } from './step.js'

const WRITE = '/v1/relationships/write'
const DELETE = '/v1/relationships/delete'
const IMPORT = '/v1/relationships/importbulk'
const SCHEMA_WRITE = '/v1/schema/write'
const ann = relationship('plan', 'viewer', user('ann'))
const updates = (...them: readonly Json[]) => ({ updates: them })
const onDay = (context: Json) => ({ optionalCaveat: { caveatName: 'on_day', context } })
const PRECONDITION = {
  operation: 'OPERATION_MUST_MATCH',
  filter: {
    resourceType: 'document',
    optionalResourceId: 'none',
    optionalRelation: 'viewer',
    optionalSubjectFilter: {
      subjectType: 'user',
      optionalSubjectId: 'ann',
      optionalRelation: { relation: '' },
    },
  },
}
const RELATIONSHIP =
  'resource_type resource_object_id resource_relation subject_type subject_object_id subject_relation'
const PLACE =
  'start_line_number start_column_position end_line_number end_column_position source_code'

export const REFUSED_WRITES: Readonly<Record<string, Row>> = {
  'a text that is no schema': [
    SCHEMA_WRITE,
    { schema: 'definition {' },
    INVALID_ARGUMENT,
    'SCHEMA_PARSE_ERROR',
    PLACE,
  ],
  'a schema with an unknown type': [
    SCHEMA_WRITE,
    { schema: `${SCHEMA}\ndefinition page { relation owner: nothing; }` },
    FAILED_PRECONDITION,
    'SCHEMA_TYPE_ERROR',
    'definition_name',
  ],
  'a schema that takes away what relationships need': [
    SCHEMA_WRITE,
    { schema: SCHEMA.replace('relation banned: user', '').replace(' - banned', '') },
    INVALID_ARGUMENT,
    'SCHEMA_TYPE_ERROR',
    'operation relationship',
  ],
  'too many updates': [
    WRITE,
    updates(
      ...Array.from({ length: 1001 }, (_, n) => touch(relationship(`${n}`, 'owner', user('a')))),
    ),
    INVALID_ARGUMENT,
    'TOO_MANY_UPDATES_IN_REQUEST',
    'update_count maximum_updates_allowed',
  ],
  'too many preconditions': [
    WRITE,
    { ...updates(touch(ann)), optionalPreconditions: Array(1001).fill(PRECONDITION) },
    INVALID_ARGUMENT,
    'TOO_MANY_PRECONDITIONS_IN_REQUEST',
    'precondition_count maximum_updates_allowed',
  ],
  'a precondition that fails': [
    WRITE,
    { ...updates(touch(ann)), optionalPreconditions: [PRECONDITION] },
    FAILED_PRECONDITION,
    'WRITE_OR_DELETE_PRECONDITION_FAILURE',
    'resource_type resource_id relation subject_type subject_id subject_relation operation'
      .split(' ')
      .map(name => `precondition_${name}`)
      .join(' '),
  ],
  'a precondition of a deletion that fails': [
    DELETE,
    { relationshipFilter: DOCUMENTS, optionalPreconditions: [PRECONDITION] },
    FAILED_PRECONDITION,
    'WRITE_OR_DELETE_PRECONDITION_FAILURE',
    'precondition_operation',
  ],
  'a precondition without a filter': [
    WRITE,
    { ...updates(touch(ann)), optionalPreconditions: [{ operation: 1, filter: {} }] },
    INVALID_ARGUMENT,
    'UNSPECIFIED',
  ],
  'an unknown caveat': [
    WRITE,
    updates(touch({ ...ann, optionalCaveat: { caveatName: 'nope' } })),
    FAILED_PRECONDITION,
    'UNKNOWN_CAVEAT',
    'caveat_name',
  ],
  'a subject of a type that is not admitted': [
    WRITE,
    updates(touch(relationship('plan', 'owner', subject('group', 'all', 'member')))),
    INVALID_ARGUMENT,
    'INVALID_SUBJECT_TYPE',
    'definition_name relation_name subject_type',
  ],
  'an import of what is not admitted': [
    IMPORT,
    { relationships: [relationship('plan', 'owner', subject('group', 'all', 'member'))] },
    INVALID_ARGUMENT,
    'INVALID_SUBJECT_TYPE',
    'definition_name relation_name subject_type',
  ],
  'context of another type, stored': [
    WRITE,
    updates(touch({ ...ann, ...onDay({ day: 5 }) })),
    INVALID_ARGUMENT,
    'CAVEAT_PARAMETER_TYPE_ERROR',
    'caveat_name parameter_name',
  ],
  'a relationship twice': [
    WRITE,
    updates(touch(ann), create(ann)),
    INVALID_ARGUMENT,
    'UPDATES_ON_SAME_RELATIONSHIP',
    'definition_name relationship',
  ],
  'a permission written to': [
    WRITE,
    updates(touch(relationship('plan', 'view', user('ann')))),
    INVALID_ARGUMENT,
    'CANNOT_UPDATE_PERMISSION',
    'definition_name permission_name',
  ],
  'more to delete than the limit': [
    DELETE,
    { relationshipFilter: DOCUMENTS, optionalLimit: 1 },
    INVALID_ARGUMENT,
    'TOO_MANY_RELATIONSHIPS_FOR_TRANSACTIONAL_DELETE',
    'limit filter_resource_type',
  ],
  'a large context, stored': [
    WRITE,
    updates(touch({ ...ann, ...onDay({ day: 'x'.repeat(25_000) }) })),
    INVALID_ARGUMENT,
    'MAX_RELATIONSHIP_CONTEXT_SIZE',
    'relationship max_allowed_size context_size',
  ],
  'a relationship that is there': [
    WRITE,
    updates(create(relationship('plan', 'owner', user('olga')))),
    ALREADY_EXISTS,
    'ATTEMPT_TO_RECREATE_RELATIONSHIP',
    `relationship ${RELATIONSHIP}`,
  ],
  'an import of what is there': [
    IMPORT,
    { relationships: [relationship('plan', 'owner', user('olga'))] },
    ALREADY_EXISTS,
    'ATTEMPT_TO_RECREATE_RELATIONSHIP',
    RELATIONSHIP,
  ],
  'too large a limit of a deletion': [
    DELETE,
    { relationshipFilter: DOCUMENTS, optionalLimit: 1001 },
    INVALID_ARGUMENT,
    'EXCEEDS_MAXIMUM_ALLOWABLE_LIMIT',
    OVER_LIMIT,
  ],
  'large metadata': [
    WRITE,
    { ...updates(touch(ann)), optionalTransactionMetadata: { note: 'x'.repeat(65_000) } },
    INVALID_ARGUMENT,
    'TRANSACTION_METADATA_TOO_LARGE',
    'metadata_byte_size maximum_allowed_metadata_byte_size',
  ],
  'an enum that has no such name': [
    WRITE,
    updates({ operation: 'OPERATION_NOPE', relationship: ann }),
    INVALID_ARGUMENT,
    null,
  ],
  'too large a body': [
    WRITE,
    { optionalTransactionMetadata: { note: 'x'.repeat(4_194_304) } },
    RESOURCE_EXHAUSTED,
    null,
  ],
}
