// Bad lookups of subjects.

import { limits } from '../../src/terms/index.js'
import { object, SUBJECTS } from '../wire.js'
import { INVALID, type Row } from './row.js'

const LOOKUP = { resource: object('document', '1'), permission: 'view', subjectObjectType: 'user' }

export const badLookupsOfSubjects: readonly Row[] = [
  { claim: 'a lookup of nothing', path: SUBJECTS, body: {}, ...INVALID, message: /`resource`/ },
  {
    claim: 'a lookup without a permission',
    path: SUBJECTS,
    body: { ...LOOKUP, permission: '' },
    ...INVALID,
    message: /`permission`/,
  },
  {
    claim: 'a lookup of subjects of no type',
    path: SUBJECTS,
    body: { ...LOOKUP, subjectObjectType: '' },
    ...INVALID,
    message: /`subjectObjectType`/,
  },
  {
    claim: 'an option of wildcards that there is not',
    path: SUBJECTS,
    body: { ...LOOKUP, wildcardOption: 'WILDCARD_OPTION_MAYBE' },
    ...INVALID,
    message: /`wildcardOption`/,
  },
  {
    claim: 'an unknown definition of the resource',
    path: SUBJECTS,
    body: { ...LOOKUP, resource: object('nope', '1') },
    code: 9,
    reason: 'UNKNOWN_DEFINITION',
    metadata: { definition_name: 'nope' },
  },
  {
    claim: 'an unknown permission to look up',
    path: SUBJECTS,
    body: { ...LOOKUP, permission: 'nope' },
    code: 9,
    reason: 'UNKNOWN_RELATION_OR_PERMISSION',
    metadata: { definition_name: 'document', relation_or_permission_name: 'nope' },
  },
  {
    claim: 'an unknown definition of the subjects',
    path: SUBJECTS,
    body: { ...LOOKUP, subjectObjectType: 'nope' },
    code: 9,
    reason: 'UNKNOWN_DEFINITION',
  },
  {
    claim: 'an unknown relation of the subjects',
    path: SUBJECTS,
    body: { ...LOOKUP, subjectObjectType: 'group', optionalSubjectRelation: 'nope' },
    code: 9,
    reason: 'UNKNOWN_RELATION_OR_PERMISSION',
  },
  {
    claim: 'a lookup with a context over the limit',
    path: SUBJECTS,
    body: { ...LOOKUP, context: { day: 'x'.repeat(limits.requestContextBytesMax) } },
    ...INVALID,
  },
  {
    claim: 'a lookup with a limit over the limit',
    path: SUBJECTS,
    body: { ...LOOKUP, optionalConcreteLimit: 1001 },
    code: 3,
    reason: 'EXCEEDS_MAXIMUM_ALLOWABLE_LIMIT',
    metadata: { limit_provided: '1001', maximum_limit_allowed: '1000' },
  },
  {
    claim: 'a lookup with a cursor that is none',
    path: SUBJECTS,
    body: { ...LOOKUP, optionalCursor: { token: 'bm90IG91cnM=' } },
    code: 3,
    reason: 'INVALID_CURSOR',
  },
]
