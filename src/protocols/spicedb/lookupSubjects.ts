// Who has a permission on a resource.

import { type FoundSubject, lookupSubjects, type SubjectItem, token } from '../../engine/index.js'
import { type RouteScope, stream } from '../../http/index.js'
import {
  fromMissing,
  LookupSubjectsRequest,
  LookupSubjectsResponse,
  type ResolvedSubject,
  toContextual,
  toObject,
  type Wire,
} from '../../messages/index.js'

export function lookupSubjectsRoute(scope: RouteScope): void {
  stream(scope, {
    path: '/v1/permissions/subjects',
    writes: false,
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
