// The questions that a script for SpiceDB's HTTP gateway expects to be refused.

import {
  DOCUMENTS,
  FAILED_PRECONDITION,
  INVALID_ARGUMENT,
  OVER_LIMIT,
  type Row,
} from './refusal.js'
import { document, FULL, type Kept, object, user, viewBy } from './step.js'

const CHECK = '/v1/permissions/check'
const BULK = '/v1/permissions/checkbulk'
const EXPAND = '/v1/permissions/expand'
const RESOURCES = '/v1/permissions/resources'
const SUBJECTS = '/v1/permissions/subjects'
const READ = '/v1/relationships/read'
const EXPORT = '/v1/relationships/exportbulk'
const REFLECT = '/v1/schema/reflectschema'
const COUNT = '/v1/experimental/countrelationships'
const REGISTER = '/v1/experimental/registerrelationshipcounter'

const page = (kept: Kept) => ({ optionalCursor: { token: kept.readPage } })
const LOOKUP = { resourceObjectType: 'document', permission: 'view', subject: user('ann') }
const MISSING_MEMBER = 'definition_name relation_or_permission_name'

export const REFUSED_QUESTIONS: Readonly<Record<string, Row>> = {
  'an unknown definition': [
    CHECK,
    { ...viewBy('plan', 'ann'), resource: object('nothing', '1') },
    FAILED_PRECONDITION,
    'UNKNOWN_DEFINITION',
    'definition_name',
  ],
  'an unknown permission': [
    CHECK,
    { ...viewBy('plan', 'ann'), permission: 'nope' },
    FAILED_PRECONDITION,
    'UNKNOWN_RELATION_OR_PERMISSION',
    MISSING_MEMBER,
  ],
  'an unknown permission of an expansion': [
    EXPAND,
    { resource: document('plan'), permission: 'nope' },
    FAILED_PRECONDITION,
    'UNKNOWN_RELATION_OR_PERMISSION',
    MISSING_MEMBER,
  ],
  'an unknown permission of a stream': [
    SUBJECTS,
    { resource: document('plan'), permission: 'nope', subjectObjectType: 'user' },
    FAILED_PRECONDITION,
    'UNKNOWN_RELATION_OR_PERMISSION',
    MISSING_MEMBER,
  ],
  'what a relation depends on': [
    '/v1/schema/permissions/dependent',
    { definitionName: 'document', permissionName: 'viewer' },
    INVALID_ARGUMENT,
    'UNKNOWN_RELATION_OR_PERMISSION',
    'relationName',
  ],
  'context of another type, in a question': [
    CHECK,
    { ...FULL, ...viewBy('memo', 'ann'), context: { day: 5 } },
    INVALID_ARGUMENT,
    'CAVEAT_PARAMETER_TYPE_ERROR',
  ],
  'a caveat that fails': [
    CHECK,
    { ...FULL, ...viewBy('split', 'ann'), context: { n: 0 } },
    INVALID_ARGUMENT,
    'CAVEAT_EVALUATION_ERROR',
  ],
  'a cursor of another question': [
    READ,
    kept => ({ ...FULL, ...page(kept), relationshipFilter: DOCUMENTS, optionalLimit: 2 }),
    FAILED_PRECONDITION,
    'INVALID_CURSOR',
  ],
  'a text that is no cursor': [
    RESOURCES,
    { ...LOOKUP, optionalCursor: { token: 'nope' } },
    INVALID_ARGUMENT,
    'INVALID_CURSOR',
  ],
  'groups within groups without end': [
    CHECK,
    { ...FULL, ...viewBy('', 'ann'), resource: object('group', 'g0'), permission: 'member' },
    FAILED_PRECONDITION,
    'MAXIMUM_DEPTH_EXCEEDED',
  ],
  'too large a page': [
    READ,
    { relationshipFilter: DOCUMENTS, optionalLimit: 1001 },
    INVALID_ARGUMENT,
    'EXCEEDS_MAXIMUM_ALLOWABLE_LIMIT',
    OVER_LIMIT,
  ],
  'too large a page of resources': [
    RESOURCES,
    { ...LOOKUP, optionalLimit: 1001 },
    INVALID_ARGUMENT,
    'EXCEEDS_MAXIMUM_ALLOWABLE_LIMIT',
    OVER_LIMIT,
  ],
  'too large a batch': [
    EXPORT,
    { optionalLimit: 10_001 },
    INVALID_ARGUMENT,
    'EXCEEDS_MAXIMUM_ALLOWABLE_LIMIT',
    OVER_LIMIT,
  ],
  'an empty filter': [
    READ,
    { relationshipFilter: {} },
    INVALID_ARGUMENT,
    'INVALID_FILTER',
    'filter',
  ],
  'a filter by id and by the beginning of ids': [
    READ,
    { relationshipFilter: { optionalResourceId: 'a', optionalResourceIdPrefix: 'a' } },
    INVALID_ARGUMENT,
    'INVALID_FILTER',
    'filter',
  ],
  'a filter of the schema by relation only': [
    REFLECT,
    { optionalFilters: [{ optionalRelationNameFilter: 'v' }] },
    INVALID_ARGUMENT,
    'INVALID_FILTER',
  ],
  'a counter that is there': [
    REGISTER,
    { name: 'kept', relationshipFilter: DOCUMENTS },
    FAILED_PRECONDITION,
    'COUNTER_ALREADY_REGISTERED',
    'counter_name',
  ],
  'a counter that is not': [
    COUNT,
    { name: 'none' },
    FAILED_PRECONDITION,
    'COUNTER_NOT_REGISTERED',
    'counter_name',
  ],
  'a check of everybody': [
    CHECK,
    viewBy('plan', '*'),
    INVALID_ARGUMENT,
    'WILDCARD_NOT_ALLOWED',
    'field',
  ],
  'a lookup for everybody': [
    RESOURCES,
    { ...LOOKUP, subject: user('*') },
    INVALID_ARGUMENT,
    'WILDCARD_NOT_ALLOWED',
    'field',
  ],
  'too many checks': [
    BULK,
    { items: Array(10_001).fill(viewBy('plan', 'ann')) },
    INVALID_ARGUMENT,
    'UNSPECIFIED',
    'check_count maximum_checks_allowed',
  ],
  'a text that is no token': [
    CHECK,
    { consistency: { atLeastAsFresh: { token: 'nope' } }, ...viewBy('plan', 'ann') },
    INVALID_ARGUMENT,
    null,
  ],
  'a bad token wins over a bad field': [
    CHECK,
    { consistency: { atExactSnapshot: { token: 'nope' } }, permission: '' },
    INVALID_ARGUMENT,
    null,
  ],
  'consistency that says nothing': [
    CHECK,
    { consistency: {}, ...viewBy('plan', 'ann') },
    INVALID_ARGUMENT,
    null,
  ],
  'fields that are not as they must be': [
    CHECK,
    { ...viewBy('plan', 'ann'), permission: 'NOT ONE' },
    INVALID_ARGUMENT,
    null,
  ],
  'malformed JSON': [CHECK, '{"resource":', INVALID_ARGUMENT, null],
  'malformed JSON to a stream': [RESOURCES, '{"resource":', INVALID_ARGUMENT, null],
  'object types and filters at once': [
    '/v1/watch',
    { optionalObjectTypes: ['document'], optionalRelationshipFilters: [DOCUMENTS] },
    INVALID_ARGUMENT,
    null,
  ],
  'a watch from what is no token': [
    '/v1/watch',
    { optionalStartCursor: { token: 'nope' } },
    INVALID_ARGUMENT,
    null,
  ],
  'a counter without a name': [COUNT, { name: '' }, INVALID_ARGUMENT, null],
}
