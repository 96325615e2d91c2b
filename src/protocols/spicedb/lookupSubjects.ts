// Who has a permission on a resource.

import { type FoundSubject, lookupSubjects, type SubjectItem, token } from '../../engine/index.js'
import { type Scope, stream } from '../../http/index.js'
import {
  CONTEXTUAL,
  Consistency,
  Cursor,
  enumeration,
  fromMissing,
  list,
  lookupPermissionship,
  message,
  orEmpty,
  PartialCaveatInfo,
  RELATION_NAME,
  required,
  SUBJECT_ID,
  SubjectObject,
  struct,
  TYPE_NAME,
  text,
  toContextual,
  toObject,
  uint32,
  type Wire,
  ZedToken,
} from '../../messages/index.js'

const LookupSubjectsRequest = message(
  'LookupSubjectsRequest',
  'Which subjects of a type have a permission, or a relation, on a resource; 0 as the limit is for all.',
  {
    consistency: Consistency,
    // As in SpiceDB, `*` is no mistake here: it is a resource that has nobody.
    resource: required(SubjectObject),
    permission: text(RELATION_NAME),
    subjectObjectType: text(TYPE_NAME),
    optionalSubjectRelation: text(orEmpty(RELATION_NAME)),
    context: struct,
    ...CONTEXTUAL,
    optionalConcreteLimit: uint32,
    optionalCursor: Cursor,
    wildcardOption: enumeration([
      'WILDCARD_OPTION_UNSPECIFIED',
      'WILDCARD_OPTION_INCLUDE_WILDCARDS',
      'WILDCARD_OPTION_EXCLUDE_WILDCARDS',
    ]),
  },
  {
    example: {
      resource: { objectType: 'document', objectId: 'plan' },
      permission: 'view',
      subjectObjectType: 'user',
    },
  },
)

const RESOLVED = {
  subjectObjectId: text(SUBJECT_ID),
  permissionship: lookupPermissionship,
  partialCaveatInfo: PartialCaveatInfo,
}

const ResolvedSubject = message(
  'ResolvedSubject',
  'A subject, or all of the type by the id `*`; conditional if caveat parameters are missing.',
  RESOLVED,
)

const LookupSubjectsResponse = message(
  'LookupSubjectsResponse',
  'A subject that has the permission. Of the wildcard also who is excluded from it, or is so on a condition. ' +
    'The fields of `subject` stand beside it too, for older clients.',
  {
    lookedUpAt: ZedToken,
    ...RESOLVED,
    excludedSubjectIds: list(text(SUBJECT_ID)),
    subject: required(ResolvedSubject),
    excludedSubjects: list(required(ResolvedSubject)),
    afterResultCursor: Cursor,
  },
)

export function lookupSubjectsRoute(scope: Scope): void {
  stream(scope, {
    path: '/v1/permissions/subjects',
    tag: 'permissions',
    summary: 'Look up subjects',
    description:
      'Who has a permission on a resource, in the order of ids; the wildcard first. The limit does not count the wildcard.',
    request: LookupSubjectsRequest,
    response: LookupSubjectsResponse,
    async open(body, call) {
      const { engine, consistency } = call
      const request = { ...toRequest(body), consistency }
      const { revision, items } = await lookupSubjects(engine, request, call)
      const lookedUpAt = { token: token(engine, revision) }
      return { items, toResult: (item: SubjectItem) => ({ lookedUpAt, ...fromItem(item) }) }
    },
  })
}

const toRequest = (body: Wire<typeof LookupSubjectsRequest>) => ({
  resource: toObject(body.resource),
  permission: body.permission,
  subjectType: body.subjectObjectType,
  subjectRelation: body.optionalSubjectRelation,
  context: body.context ?? {},
  contextual: toContextual(body.contextualRelationships),
  wildcard: body.wildcardOption !== 'WILDCARD_OPTION_EXCLUDE_WILDCARDS',
  limit: body.optionalConcreteLimit,
  cursor: body.optionalCursor?.token ?? null,
})

function fromItem({ excluded, cursor, ...found }: SubjectItem) {
  const subject = fromFound(found)
  return {
    ...subject,
    excludedSubjectIds: excluded.map(({ id }) => id),
    subject,
    excludedSubjects: excluded.map(fromFound),
    afterResultCursor: { token: cursor },
  }
}

/** Of the excluded it tells whether the exclusion holds. */
const fromFound = ({ id, missing }: FoundSubject): Wire<typeof ResolvedSubject> => ({
  subjectObjectId: id,
  ...fromMissing(missing),
})
