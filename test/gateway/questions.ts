// The steps of a script for SpiceDB's HTTP gateway that ask about permissions: checks, expansions
// and lookups.

import {
  ask,
  document,
  FULL,
  fresh,
  lines,
  type Step,
  subject,
  TOKEN,
  user,
  viewBy,
} from './step.js'

const NO = { permissionship: 'PERMISSIONSHIP_NO_PERMISSION', partialCaveatInfo: null }
const HAS = { permissionship: 'PERMISSIONSHIP_HAS_PERMISSION', partialCaveatInfo: null }
const ON_CONDITION = {
  permissionship: 'PERMISSIONSHIP_CONDITIONAL_PERMISSION',
  partialCaveatInfo: { missingRequiredContext: ['day'] },
}
const FOUND = { permissionship: 'LOOKUP_PERMISSIONSHIP_HAS_PERMISSION', partialCaveatInfo: null }
const FOUND_ON_CONDITION = {
  permissionship: 'LOOKUP_PERMISSIONSHIP_CONDITIONAL_PERMISSION',
  partialCaveatInfo: { missingRequiredContext: ['day'] },
}
export const checking: readonly Step[] = [
  ask(
    'a check at the token of the write, with unheard-of fields',
    '/v1/permissions/check',
    kept => ({ ...fresh(kept), ...viewBy('plan', 'ann'), unheardOf: { of: 1 } }),
    { checkedAt: TOKEN, ...HAS, debugTrace: null, optionalExpiresAt: null },
  ),
  ask(
    'as of when the group was empty',
    '/v1/permissions/check',
    kept => ({ consistency: { atExactSnapshot: { token: kept.first } }, ...viewBy('plan', 'ann') }),
    NO,
  ),
  ask('a ban', '/v1/permissions/check', { ...FULL, ...viewBy('plan', 'bob') }, NO),
  ask('a wildcard', '/v1/permissions/check', { ...FULL, ...viewBy('open', 'zoe') }, HAS),
  ask('a condition', '/v1/permissions/check', { ...FULL, ...viewBy('memo', 'ann') }, ON_CONDITION),
  ask(
    'a condition that holds, in snake_case',
    '/v1/permissions/check',
    {
      consistency: { fully_consistent: true },
      resource: { object_type: 'document', object_id: 'memo' },
      permission: 'view',
      subject: { object: { object_type: 'user', object_id: 'ann' }, optional_relation: '' },
      context: { day: 'tuesday' },
    },
    HAS,
  ),
  ask(
    'one that does not',
    '/v1/permissions/check',
    { ...FULL, ...viewBy('memo', 'ann'), context: { day: 'monday' } },
    NO,
  ),
  ask(
    'a subject set is among itself',
    '/v1/permissions/check',
    { ...FULL, ...viewBy('plan', ''), subject: subject('group', 'a', 'member') },
    HAS,
  ),
  ask(
    'the reasons',
    '/v1/permissions/check',
    { ...FULL, ...viewBy('memo', 'ann'), withTracing: true },
    {
      ...ON_CONDITION,
      debugTrace: {
        check: {
          resource: document('memo'),
          permission: 'view',
          permissionType: 'PERMISSION_TYPE_PERMISSION',
          subject: user('ann'),
          result: 'PERMISSIONSHIP_CONDITIONAL_PERMISSION',
          duration: /^[\d.]+s$/,
          subProblems: { traces: [{ traceOperationId: /.+/, source: /.+/ }] },
        },
        schemaUsed: /definition document/,
      },
    },
  ),
  ...['/v1/permissions/checkbulk', '/v1/experimental/permissions/bulkcheckpermission'].map(path =>
    ask(
      `many checks, one of which fails: ${path}`,
      path,
      {
        ...FULL,
        items: [
          viewBy('plan', 'ann'),
          { ...viewBy('plan', 'ann'), permission: 'nope' },
          { ...viewBy('memo', 'ann'), context: { day: 'monday' } },
        ],
      },
      {
        checkedAt: TOKEN,
        pairs: [
          { request: viewBy('plan', 'ann'), item: { ...HAS, debugTrace: null } },
          { error: { code: 9, message: /nope/, details: [{ domain: 'authzed.com' }] } },
          { request: { context: { day: 'monday' } }, item: NO },
        ],
      },
    ),
  ),
  ask(
    'an expansion',
    '/v1/permissions/expand',
    { ...FULL, resource: document('plan'), permission: 'edit' },
    {
      expandedAt: TOKEN,
      treeRoot: {
        intermediate: {
          operation: 'OPERATION_UNION',
          children: [
            {
              leaf: { subjects: [user('olga')] },
              expandedObject: document('plan'),
              expandedRelation: 'owner',
            },
          ],
        },
        expandedObject: document('plan'),
        expandedRelation: 'edit',
      },
    },
  ),
]

const LOOKUP = { resourceObjectType: 'document', permission: 'view', subject: user('ann') }

export const lookingUp: readonly Step[] = [
  lines(
    'what somebody may view',
    '/v1/permissions/resources',
    kept => ({ ...fresh(kept), ...LOOKUP }),
    [
      { lookedUpAt: TOKEN, resourceObjectId: 'brief', ...FOUND, afterResultCursor: TOKEN },
      { resourceObjectId: 'memo', ...FOUND_ON_CONDITION },
      { resourceObjectId: 'open', ...FOUND },
      { resourceObjectId: 'plan', ...FOUND },
    ],
    { by: 'resourceObjectId' },
  ),
  lines(
    'with context',
    '/v1/permissions/resources',
    { ...FULL, ...LOOKUP, context: { day: 'monday' } },
    [{ resourceObjectId: 'brief' }, { resourceObjectId: 'open' }, { resourceObjectId: 'plan' }],
    { by: 'resourceObjectId' },
  ),
  lines(
    'page by page',
    '/v1/permissions/resources',
    { ...FULL, ...LOOKUP, optionalLimit: 3 },
    [{ afterResultCursor: TOKEN }, { afterResultCursor: TOKEN }, { afterResultCursor: TOKEN }],
    { keep: { resourcePage: '2.afterResultCursor.token' } },
  ),
  lines(
    'to the end',
    '/v1/permissions/resources',
    kept => ({
      ...FULL,
      ...LOOKUP,
      optionalLimit: 3,
      optionalCursor: { token: kept.resourcePage },
    }),
    [{ lookedUpAt: TOKEN }],
  ),
]

const WHO = { resource: document('plan'), permission: 'view', subjectObjectType: 'user' }

export const lookingForSubjects: readonly Step[] = [
  lines(
    'who may view, with the fields of older clients',
    '/v1/permissions/subjects',
    { ...FULL, ...WHO },
    ['ann', 'olga'].map(id => ({
      lookedUpAt: TOKEN,
      subject: { subjectObjectId: id, ...FOUND },
      excludedSubjects: [],
      subjectObjectId: id,
      excludedSubjectIds: [],
      ...FOUND,
    })),
    { by: 'subject.subjectObjectId' },
  ),
  lines(
    'all but some',
    '/v1/permissions/subjects',
    { ...FULL, ...WHO, resource: document('open'), wildcardOption: 1 },
    [
      {
        subject: { subjectObjectId: '*', ...FOUND },
        excludedSubjects: [{ subjectObjectId: 'bob', ...FOUND }],
        excludedSubjectIds: ['bob'],
      },
    ],
  ),
  lines(
    'on a condition',
    '/v1/permissions/subjects',
    { ...FULL, ...WHO, resource: document('memo') },
    [{ subject: { subjectObjectId: 'ann', ...FOUND_ON_CONDITION }, ...FOUND_ON_CONDITION }],
  ),
  lines(
    'subject sets, in snake_case',
    '/v1/permissions/subjects',
    {
      consistency: { fully_consistent: true },
      resource: { object_type: 'document', object_id: 'plan' },
      permission: 'view',
      subject_object_type: 'group',
      optional_subject_relation: 'member',
    },
    [{ subject: { subjectObjectId: 'a' } }, { subject: { subjectObjectId: 'all' } }],
    { by: 'subject.subjectObjectId' },
  ),
]
