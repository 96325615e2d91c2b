// The route that lists what a person has access to, and by which grants.

import { token } from '../../engine/index.js'
import { type RouteScope, reading } from '../../http/index.js'
import {
  fromObject,
  fromSubject,
  ListReachRequest,
  ListReachResponse,
  type ReachItemMessage,
  toObject,
  type Wire,
} from '../../messages/index.js'
import { type ReachItem as Item, listReach } from '../../sharing/index.js'
import { TAG } from './heading.js'
import { fromAnswer, fromCursor, fromGrantDetails, fromRefusal } from './wire.js'

export function reachRoute(scope: RouteScope): void {
  reading(scope, {
    path: '/v1/sharing/reach',
    writes: false,
    tag: TAG,
    summary: 'List what a person can reach',
    description: 'The resources that a person has access to, with the grants that give the access.',
    request: ListReachRequest,
    response: ListReachResponse,
    async answer(body, call) {
      const { engine, consistency } = call
      const request = {
        consistency,
        person: toObject(body.principal),
        resourceType: body.optionalResourceType,
        context: {},
        limit: body.optionalLimit,
        cursor: body.optionalCursor?.token ?? null,
      }
      const page = await listReach(engine, request, call)
      return {
        readAt: { token: token(engine, page.revision) },
        items: page.rows.map(fromItem),
        afterResultCursor: fromCursor(page.cursor),
      }
    },
  })
}

const fromItem = ({ resource, answer, grants }: Item): Wire<typeof ReachItemMessage> => ({
  resource: fromObject(resource),
  ...fromAnswer(answer),
  grants: grants.map(({ through, refusal, ...grant }) => ({
    ...fromGrantDetails(grant, through),
    through: through === null ? null : fromSubject(through),
    error: fromRefusal(refusal),
  })),
})
