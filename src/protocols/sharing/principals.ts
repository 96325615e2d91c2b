// The route that removes a person or a group from everything in a scope. A dry run lists what would
// be removed.

import { token } from '../../engine/index.js'
import { type Call, type RouteScope, toNote, unary } from '../../http/index.js'
import {
  fromRelationship,
  RemovePrincipalRequest,
  RemovePrincipalResponse,
  toObject,
  type Wire,
} from '../../messages/index.js'
import { planRemoval, removePrincipal } from '../../sharing/index.js'
import { NOTE, TAG } from './heading.js'
import { fromCursor, toActing } from './wire.js'

type Request = Wire<typeof RemovePrincipalRequest>

type Response = Wire<typeof RemovePrincipalResponse>

export function principalRoute(scope: RouteScope): void {
  unary(scope, {
    path: '/v1/sharing/removeprincipal',
    writes: 'unless-dry-run',
    tag: TAG,
    summary: 'Remove a person or a group from everything',
    description:
      'Takes away everything that a person or a group has in a scope, membership included, in ' +
      `one revision. ${NOTE}`,
    request: RemovePrincipalRequest,
    response: RemovePrincipalResponse,
    answer: (body, call) => (body.dryRun ? plan(body, call) : remove(body, call)),
  })
}

async function remove(body: Request, call: Call): Promise<Response> {
  const { engine, metadata } = call
  const request = { ...toRemoval(body), note: toNote(metadata, null) }
  const { revision, count } = await removePrincipal(engine, request, call)
  return {
    at: { token: token(engine, revision) },
    relationshipsCount: `${count}`,
    relationships: [],
    afterResultCursor: null,
  }
}

async function plan(body: Request, call: Call): Promise<Response> {
  const { engine, consistency } = call
  const request = {
    ...toRemoval(body),
    consistency,
    limit: body.optionalLimit,
    cursor: body.optionalCursor?.token ?? null,
  }
  const { revision, count, relationships, cursor } = await planRemoval(engine, request, call)
  return {
    at: { token: token(engine, revision) },
    relationshipsCount: `${count}`,
    relationships: relationships.map(fromRelationship),
    afterResultCursor: fromCursor(cursor),
  }
}

const toRemoval = (body: Request) => ({
  principal: toObject(body.principal),
  scope: toObject(body.scope),
  ...toActing(body),
})
