// The route that looks up the resources on which a subject has a permission. The request field
// `within` is an addition to SpiceDB's protocol.

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
      'The resources on which a subject has a permission, each once, in the order of ids, ' +
      'with the answer that a check would give. A resource whose check is refused has a line ' +
      'with the error, and the list continues.',
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

/**
 * The fields of a line. The id of a resource whose check is refused has a field of its own, so that
 * a client that ignores errors does not take the line for a permission.
 */
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
