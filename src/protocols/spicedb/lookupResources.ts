// Which resources a subject has a permission on; with a request field of our own, `within`.

import {
  isRefused,
  lookupResources,
  type ResourceItem,
  token,
  type Within,
} from '../../engine/index.js'
import { type RouteScope, stream } from '../../http/index.js'
import {
  fromMissing,
  LookupResourcesRequest,
  LookupResourcesResponse,
  type LookupResourcesWithin,
  NO_ANSWER,
  toContextual,
  toObject,
  toSpiceDbStatus,
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
      'Which resources a subject has a permission on: each once, as a check of it would answer, in the order of ids. One whose check is refused has a line with the error, and does not end the list.',
    request: LookupResourcesRequest,
    response: LookupResourcesResponse,
    async open(body, call) {
      const { engine, consistency } = call
      const request = { ...toRequest(body), consistency }
      const { revision, items } = await lookupResources(engine, request, call)
      const lookedUpAt = { token: token(engine, revision) }
      return {
        items,
        toResult: (item: ResourceItem) => ({
          lookedUpAt,
          ...fromItem(item),
          afterResultCursor: { token: item.cursor },
        }),
      }
    },
  })
}

/** The id of a refused one stands where nobody looks who takes every line for a permission. */
const fromItem = (item: ResourceItem) =>
  isRefused(item)
    ? {
        resourceObjectId: '',
        ...NO_ANSWER,
        failedObjectId: item.id,
        error: toSpiceDbStatus(item.refusal),
      }
    : {
        resourceObjectId: item.id,
        ...fromMissing(item.missing),
        failedObjectId: undefined,
        error: undefined,
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
