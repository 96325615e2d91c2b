// The route that looks up the subjects that have a permission on a resource.

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
      'The subjects that have a permission on a resource, the wildcard first, then in the ' +
      'order of ids. The limit does not count the wildcard. A subject whose check is refused ' +
      'has a line with the error, and the list continues.',
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

/**
 * The fields of a line. The id of a subject whose check is refused has a field of its own, so that
 * a client that ignores errors does not take the line for a permission.
 */
function fromItem({ excluded, cursor, ...found }: SubjectItem) {
  const isFailed = isRefused(found)
  const subject = isFailed ? NO_SUBJECT : fromGranted(found.id, found.missing)
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

const NO_SUBJECT = { subjectObjectId: '', ...NO_ANSWER, error: undefined } as const

const fromGranted = (id: string, missing: readonly string[]) => ({
  subjectObjectId: id,
  ...fromMissing(missing),
  error: undefined,
})

/**
 * A subject that the wildcard excludes. A subject whose check is refused is excluded too, because
 * the wildcard must not grant what could not be decided.
 */
const fromExcluded = (found: Found): Wire<typeof ResolvedSubject> =>
  isRefused(found)
    ? { ...fromGranted(found.id, []), error: toSpiceDbStatus(found.refusal) }
    : fromGranted(found.id, found.missing)
