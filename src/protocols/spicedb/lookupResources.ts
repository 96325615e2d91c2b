// Which resources a subject has a permission on; with a request field of our own, `within`.

import { lookupResources, type ResourceItem, token, type Within } from '../../engine/index.js'
import { type RouteScope, stream } from '../../http/index.js'
import {
  fromMissing,
  LookupResourcesRequest,
  LookupResourcesResponse,
  type LookupResourcesWithin,
  toContextual,
  toObject,
  toSubject,
  type Wire,
} from '../../messages/index.js'

export function lookupResourcesRoute(scope: RouteScope): void {
  stream(scope, {
    path: '/v1/permissions/resources',
    writes: false,
    tag: 'permissions',
    summary: 'Look up resources',
    description:
      'Which resources a subject has a permission on: each once, as a check of it would answer, in the order of ids.',
    request: LookupResourcesRequest,
    response: LookupResourcesResponse,
    async open(body, call) {
      const { engine, consistency } = call
      const request = { ...toRequest(body), consistency }
      const { revision, items } = await lookupResources(engine, request, call)
      const lookedUpAt = { token: token(engine, revision) }
      return {
        items,
        toResult: ({ id, missing, cursor }: ResourceItem) => ({
          lookedUpAt,
          resourceObjectId: id,
          ...fromMissing(missing),
          afterResultCursor: { token: cursor },
        }),
      }
    },
  })
}

const toRequest = (body: Wire<typeof LookupResourcesRequest>) => ({
  resourceType: body.resourceObjectType,
  permission: body.permission,
  subject: toSubject(body.subject),
  context: body.context ?? {},
  contextual: toContextual(body.contextualRelationships),
  within: body.within === null ? null : toWithin(body.within),
  limit: body.optionalLimit,
  cursor: body.optionalCursor?.token ?? null,
})

const toWithin = ({ object, relations }: Wire<typeof LookupResourcesWithin>): Within => ({
  object: toObject(object),
  relations,
})
