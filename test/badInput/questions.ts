// Bad questions: checks and reads.

import { limits } from '../../src/terms/index.js'
import { BULK, CHECK, FILTER, object, QUESTION, READ, subject } from '../wire.js'
import { INVALID, type Row } from './row.js'

const CURSOR_OF_NOBODY = { token: 'bm90IG91cnM=' }

export const badChecks: readonly Row[] = [
  { claim: 'malformed JSON', path: CHECK, body: '{"resource":', ...INVALID },
  { claim: 'a wrong type', path: CHECK, body: { ...QUESTION, permission: 1 }, ...INVALID },
  { claim: 'nothing', path: CHECK, body: {}, ...INVALID, message: /`resource` must be given/ },
  {
    claim: 'a resource id with a space',
    path: CHECK,
    body: { ...QUESTION, resource: object('document', 'a b') },
    ...INVALID,
    message: /`resource.objectId`/,
  },
  {
    claim: 'the wildcard as a resource',
    path: CHECK,
    body: { ...QUESTION, resource: object('document', '*') },
    ...INVALID,
  },
  {
    claim: 'the wildcard with a relation',
    path: CHECK,
    body: { ...QUESTION, subject: subject('group', '*', 'member') },
    ...INVALID,
  },
  {
    claim: 'the wildcard as a subject',
    path: CHECK,
    body: { ...QUESTION, subject: subject('user', '*') },
    code: 3,
    reason: 'WILDCARD_NOT_ALLOWED',
    metadata: { field: 'subject.object_id' },
  },
  {
    claim: 'an unknown definition',
    path: CHECK,
    body: { ...QUESTION, resource: object('documnet', '1') },
    code: 9,
    reason: 'UNKNOWN_DEFINITION',
    metadata: { definition_name: 'documnet' },
  },
  {
    claim: 'an unknown subject definition',
    path: CHECK,
    body: { ...QUESTION, subject: subject('usr', '1') },
    code: 9,
    reason: 'UNKNOWN_DEFINITION',
    metadata: { definition_name: 'usr' },
  },
  {
    claim: 'an unknown permission',
    path: CHECK,
    body: { ...QUESTION, permission: 'vieww' },
    code: 9,
    reason: 'UNKNOWN_RELATION_OR_PERMISSION',
    metadata: { definition_name: 'document', relation_or_permission_name: 'vieww' },
  },
  {
    claim: 'an empty consistency',
    path: CHECK,
    body: { ...QUESTION, consistency: {} },
    ...INVALID,
  },
  {
    claim: 'minimizeLatency as false',
    path: CHECK,
    body: { ...QUESTION, consistency: { minimizeLatency: false } },
    ...INVALID,
  },
  {
    claim: 'two consistencies',
    path: CHECK,
    body: { ...QUESTION, consistency: { minimizeLatency: true, fullyConsistent: true } },
    ...INVALID,
  },
  {
    claim: 'a token that is none',
    path: CHECK,
    body: { ...QUESTION, consistency: { atLeastAsFresh: { token: 'x' } } },
    ...INVALID,
    message: /invalid revision requested/,
  },
  {
    claim: 'a bad token before a bad field',
    path: CHECK,
    body: { consistency: { atExactSnapshot: { token: '' } } },
    ...INVALID,
    message: /invalid revision requested/,
  },
  {
    claim: 'a context of the wrong type',
    path: CHECK,
    body: { ...QUESTION, subject: subject('user', 'cat'), context: { day: 5 } },
    code: 3,
    reason: 'CAVEAT_PARAMETER_TYPE_ERROR',
    metadata: { caveat_name: 'on_day', parameter_name: 'day' },
  },
  {
    claim: 'a context over the limit',
    path: CHECK,
    body: { ...QUESTION, context: { day: 'x'.repeat(limits.requestContextBytesMax) } },
    ...INVALID,
  },
  {
    claim: 'too many checks',
    path: BULK,
    body: { items: Array.from({ length: limits.checkItemsMax + 1 }, () => QUESTION) },
    code: 3,
    reason: 'UNSPECIFIED',
    metadata: { check_count: '10001', maximum_checks_allowed: '10000' },
  },
  { claim: 'a bad item among many', path: BULK, body: { items: [QUESTION, {}] }, ...INVALID },
]

export const badReads: readonly Row[] = [
  { claim: 'no filter', path: READ, body: {}, ...INVALID },
  {
    claim: 'an empty filter',
    path: READ,
    body: { relationshipFilter: {} },
    code: 3,
    reason: 'INVALID_FILTER',
  },
  {
    claim: 'an id and a prefix',
    path: READ,
    body: {
      relationshipFilter: {
        ...FILTER,
        optionalResourceId: 'a',
        optionalResourceIdPrefix: 'a',
      },
    },
    code: 3,
    reason: 'INVALID_FILTER',
  },
  {
    claim: 'an unknown definition in a filter',
    path: READ,
    body: { relationshipFilter: { resourceType: 'nope' } },
    code: 9,
    reason: 'UNKNOWN_DEFINITION',
  },
  {
    claim: 'an unknown relation in a filter',
    path: READ,
    body: { relationshipFilter: { ...FILTER, optionalRelation: 'nope' } },
    code: 9,
    reason: 'UNKNOWN_RELATION_OR_PERMISSION',
  },
  {
    claim: 'a subject filter without a type',
    path: READ,
    body: { relationshipFilter: { optionalSubjectFilter: { optionalSubjectId: 'ann' } } },
    ...INVALID,
  },
  {
    claim: 'a limit over the limit',
    path: READ,
    body: { relationshipFilter: FILTER, optionalLimit: 1001 },
    code: 3,
    reason: 'EXCEEDS_MAXIMUM_ALLOWABLE_LIMIT',
    metadata: { limit_provided: '1001', maximum_limit_allowed: '1000' },
  },
  {
    claim: 'a negative limit',
    path: READ,
    body: { relationshipFilter: FILTER, optionalLimit: -1 },
    ...INVALID,
  },
  {
    claim: 'a cursor that is none',
    path: READ,
    body: { relationshipFilter: FILTER, optionalCursor: CURSOR_OF_NOBODY },
    code: 3,
    reason: 'INVALID_CURSOR',
  },
  {
    claim: 'a cursor over the limit',
    path: READ,
    body: {
      relationshipFilter: FILTER,
      optionalCursor: { token: 'x'.repeat(limits.cursorBytesMax + 1) },
    },
    ...INVALID,
  },
]
