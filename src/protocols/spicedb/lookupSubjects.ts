// Who has a permission on a resource.

import {
  type Found,
  isRefused,
  lookupSubjects,
  type SubjectItem,
  token,
} from '../../engine/index.js'
import { type RouteScope, stream } from '../../http/index.js'
import {
  fromMissing,
  LookupSubjectsRequest,
  LookupSubjectsResponse,
  NO_ANSWER,
  type ResolvedSubject,
  toContextual,
  toObject,
  toSpiceDbStatus,
  type Wire,
} from '../../messages/index.js'

export function lookupSubjectsRoute(scope: RouteScope): void {
  stream(scope, {
    path: '/v1/permissions/subjects',
    writes: false,
    tag: 'permissions',
    summary: 'Look up subjects',
    description:
      'Who has a permission on a resource, in the order of ids; the wildcard first. The limit does not count the wildcard. Whoever it is whose check is refused has a line with the error, and does not end the list.',
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

/** The id of a refused one stands where nobody looks who takes every line for a permission. */
function fromItem({ excluded, cursor, ...found }: SubjectItem) {
  const isFailed = isRefused(found)
  const subject = isFailed ? NOBODY : fromGranted(found.id, found.missing)
  return {
    ...subject,
    excludedSubjectIds: excluded.map(({ id }) => id),
    subject,
    excludedSubjects: excluded.map(fromExcluded),
    afterResultCursor: { token: cursor },
    failedObjectId: isFailed ? found.id : undefined,
    error: isFailed ? toSpiceDbStatus(found.refusal) : undefined,
  }
}

const NOBODY = { subjectObjectId: '', ...NO_ANSWER, error: undefined } as const

const fromGranted = (id: string, missing: readonly string[]) => ({
  subjectObjectId: id,
  ...fromMissing(missing),
  error: undefined,
})

/** It tells whether the exclusion holds: also where nobody knows, which a wildcard must not grant. */
const fromExcluded = (found: Found): Wire<typeof ResolvedSubject> =>
  isRefused(found)
    ? { ...fromGranted(found.id, []), error: toSpiceDbStatus(found.refusal) }
    : fromGranted(found.id, found.missing)
