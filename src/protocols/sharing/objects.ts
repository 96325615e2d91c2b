// The routes that create and remove shared resources. A new resource is shared as the schema says.
// A removed one leaves no relationship behind.

import { token } from '../../engine/index.js'
import { type RouteScope, toNote, unary } from '../../http/index.js'
import {
  CreateSharedRequest,
  CreateSharedResponse,
  RemoveSharedRequest,
  RemoveSharedResponse,
  toObject,
} from '../../messages/index.js'
import { createShared, removeShared } from '../../sharing/index.js'
import { NOTE, TAG } from './heading.js'
import { fromDifference, toActing } from './wire.js'

export function objectRoutes(scope: RouteScope): void {
  unary(scope, {
    path: '/v1/sharing/create',
    writes: true,
    tag: TAG,
    summary: 'Create a shared resource',
    description:
      'Shares a new resource as the schema says: with the groups of the actor, or with ' +
      `everyone. ${NOTE}`,
    request: CreateSharedRequest,
    response: CreateSharedResponse,
    async answer(body, call) {
      const { engine, metadata } = call
      const { optionalScope: scope } = body
      const request = {
        resource: toObject(body.resource),
        scope: scope === null ? null : toObject(scope),
        ...toActing(body),
        note: toNote(metadata, null),
      }
      const { revision, added } = await createShared(engine, request, call)
      return { createdAt: { token: token(engine, revision) }, added: added.map(fromDifference) }
    },
  })
  unary(scope, {
    path: '/v1/sharing/remove',
    writes: true,
    tag: TAG,
    summary: 'Remove a shared resource',
    description:
      'Deletes all relationships in which the resource is resource or subject, in one ' +
      `revision. ${NOTE}`,
    request: RemoveSharedRequest,
    response: RemoveSharedResponse,
    async answer(body, call) {
      const { engine, metadata } = call
      const request = {
        resource: toObject(body.resource),
        ...toActing(body),
        note: toNote(metadata, null),
      }
      const { revision, deleted } = await removeShared(engine, request, call)
      return {
        removedAt: { token: token(engine, revision) },
        relationshipsDeletedCount: `${deleted}`,
      }
    },
  })
}
