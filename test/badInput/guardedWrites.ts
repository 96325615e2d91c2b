// Bad deletions and bad preconditions on permissions, in writes of relationships.

import { limits } from '../../src/terms/index.js'
import { FILTER, QUESTION, STORED, subject, touch, WRITE } from '../wire.js'
import { INVALID, type Row } from './row.js'

const MUST_HAVE = { operation: 'OPERATION_MUST_HAVE', ...QUESTION }

export const badGuardedWrites: readonly Row[] = [
  {
    claim: 'a deletion with an empty filter',
    path: WRITE,
    body: { updates: [touch(STORED)], optionalDeletions: [{}] },
    code: 3,
    reason: 'INVALID_FILTER',
  },
  {
    claim: 'a deletion that is null',
    path: WRITE,
    body: { optionalDeletions: [FILTER, null] },
    ...INVALID,
    message: /optionalDeletions\[1\]/,
  },
  {
    claim: 'a deletion by a bad id',
    path: WRITE,
    body: { optionalDeletions: [{ ...FILTER, optionalResourceId: 'a b' }] },
    ...INVALID,
    message: /`optionalDeletions\[0\].optionalResourceId`/,
  },
  {
    claim: 'a deletion by an unknown relation',
    path: WRITE,
    body: { optionalDeletions: [FILTER, { ...FILTER, optionalRelation: 'nope' }] },
    code: 9,
    reason: 'UNKNOWN_RELATION_OR_PERMISSION',
  },
  {
    claim: 'too many deletions',
    path: WRITE,
    body: {
      optionalDeletions: Array.from({ length: limits.deletionFiltersMax + 1 }, () => FILTER),
    },
    code: 3,
    reason: 'EXCEEDS_MAXIMUM_ALLOWABLE_LIMIT',
    metadata: { deletion_count: '101', maximum_deletions_allowed: '100' },
  },
  {
    claim: 'a bad update beside a deletion of everything',
    path: WRITE,
    body: {
      updates: [touch({ ...STORED, relation: 'owner', subject: subject('user', '*') })],
      optionalDeletions: [FILTER],
    },
    code: 3,
    reason: 'INVALID_SUBJECT_TYPE',
  },
  {
    claim: 'a failed precondition beside a deletion of everything',
    path: WRITE,
    body: {
      optionalDeletions: [FILTER],
      optionalPreconditions: [{ operation: 'OPERATION_MUST_NOT_MATCH', filter: FILTER }],
    },
    code: 9,
    reason: 'WRITE_OR_DELETE_PRECONDITION_FAILURE',
  },
  {
    claim: 'a permission precondition without operation',
    path: WRITE,
    body: { optionalPermissionPreconditions: [QUESTION] },
    ...INVALID,
    message: /`optionalPermissionPreconditions\[0\].operation`/,
  },
  {
    claim: 'a permission precondition without subject',
    path: WRITE,
    body: { optionalPermissionPreconditions: [{ ...MUST_HAVE, subject: null }] },
    ...INVALID,
    message: /`optionalPermissionPreconditions\[0\].subject` must be given/,
  },
  {
    claim: 'a permission precondition on an unknown permission',
    path: WRITE,
    body: { optionalPermissionPreconditions: [{ ...MUST_HAVE, permission: 'vieww' }] },
    code: 9,
    reason: 'UNKNOWN_RELATION_OR_PERMISSION',
    metadata: { definition_name: 'document', relation_or_permission_name: 'vieww' },
  },
  {
    claim: 'a permission precondition about an unknown definition',
    path: WRITE,
    body: { optionalPermissionPreconditions: [{ ...MUST_HAVE, subject: subject('usr', '1') }] },
    code: 9,
    reason: 'UNKNOWN_DEFINITION',
  },
  {
    claim: 'a permission precondition about everybody',
    path: WRITE,
    body: { optionalPermissionPreconditions: [{ ...MUST_HAVE, subject: subject('user', '*') }] },
    code: 3,
    reason: 'WILDCARD_NOT_ALLOWED',
  },
  {
    claim: 'a permission precondition with a context of the wrong type',
    path: WRITE,
    body: {
      optionalDeletions: [FILTER],
      optionalPermissionPreconditions: [
        { ...MUST_HAVE, subject: subject('user', 'cat'), context: { day: 5 } },
      ],
    },
    code: 3,
    reason: 'CAVEAT_PARAMETER_TYPE_ERROR',
  },
  {
    claim: 'a permission precondition with a context over the limit',
    path: WRITE,
    body: {
      optionalPermissionPreconditions: [
        { ...MUST_HAVE, context: { day: 'x'.repeat(limits.requestContextBytesMax) } },
      ],
    },
    ...INVALID,
  },
  {
    claim: 'too many permission preconditions',
    path: WRITE,
    body: {
      optionalPermissionPreconditions: Array.from(
        { length: limits.permissionPreconditionsMax + 1 },
        () => MUST_HAVE,
      ),
    },
    code: 3,
    reason: 'TOO_MANY_PRECONDITIONS_IN_REQUEST',
    metadata: { precondition_count: '101', maximum_updates_allowed: '100' },
  },
  {
    claim: 'a failed permission precondition beside a deletion of everything',
    path: WRITE,
    body: {
      optionalDeletions: [FILTER],
      optionalPermissionPreconditions: [{ ...MUST_HAVE, subject: subject('user', 'bob') }],
    },
    code: 9,
    reason: 'WRITE_OR_DELETE_PRECONDITION_FAILURE',
    metadata: { precondition_permission: 'view', precondition_subject_id: 'bob' },
  },
]
