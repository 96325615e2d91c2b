// The routes that read, write and delete relationships.

import {
  deleteRelationships,
  type ReadItem,
  readRelationships,
  token,
  writeRelationships,
} from '../../engine/index.js'
import { NOTE_HEADERS, type RouteScope, stream, toNote, unary } from '../../http/index.js'
import {
  DeleteRelationshipsRequest,
  DeleteRelationshipsResponse,
  fromOutcome,
  fromRelationship,
  ReadRelationshipsRequest,
  ReadRelationshipsResponse,
  toFilter,
  toPermissionPrecondition,
  toPrecondition,
  toUpdate,
  type Wire,
  WriteRelationshipsRequest,
  WriteRelationshipsResponse,
} from '../../messages/index.js'

const TAG = 'relationships'

export function relationshipRoutes(scope: RouteScope): void {
  readRoute(scope)
  writeRoute(scope)
  deleteRoute(scope)
}

function readRoute(scope: RouteScope): void {
  stream(scope, {
    path: '/v1/relationships/read',
    writes: false,
    tag: TAG,
    summary: 'Read relationships',
    description: 'The stored relationships of one revision that match a filter.',
    request: ReadRelationshipsRequest,
    response: ReadRelationshipsResponse,
    async open(body, call) {
      const { engine, consistency } = call
      const request = {
        consistency,
        filter: toFilter(body.relationshipFilter),
        limit: body.optionalLimit,
        cursor: body.optionalCursor?.token ?? null,
      }
      const { revision, items } = await readRelationships(engine, request, call)
      const readAt = { token: token(engine, revision) }
      return {
        items,
        toResult: ({ relationship, cursor }: ReadItem) => ({
          readAt,
          relationship: fromRelationship(relationship),
          afterResultCursor: { token: cursor },
        }),
      }
    },
  })
}

function writeRoute(scope: RouteScope): void {
  unary(scope, {
    path: '/v1/relationships/write',
    writes: true,
    tag: TAG,
    summary: 'Write relationships',
    description: `Writes and deletes relationships, if all preconditions hold. ${NOTE_HEADERS}`,
    request: WriteRelationshipsRequest,
    response: WriteRelationshipsResponse,
    async answer(body, { engine, metadata }): Promise<Wire<typeof WriteRelationshipsResponse>> {
      const { revision, outcomes, deleted } = await writeRelationships(engine, {
        updates: body.updates.map(toUpdate),
        deletions: body.optionalDeletions.map(toFilter),
        preconditions: body.optionalPreconditions.map(toPrecondition),
        permissionPreconditions: body.optionalPermissionPreconditions.map(toPermissionPrecondition),
        note: toNote(metadata, body.optionalTransactionMetadata),
      })
      return {
        writtenAt: { token: token(engine, revision) },
        updateOutcomes: outcomes.map(fromOutcome),
        relationshipsDeletedCount: `${deleted}`,
      }
    },
  })
}

function deleteRoute(scope: RouteScope): void {
  unary(scope, {
    path: '/v1/relationships/delete',
    writes: true,
    tag: TAG,
    summary: 'Delete relationships',
    description:
      'Deletes the relationships that match a filter, if all preconditions hold. ' +
      `${NOTE_HEADERS}`,
    request: DeleteRelationshipsRequest,
    response: DeleteRelationshipsResponse,
    async answer(body, { engine, metadata }): Promise<Wire<typeof DeleteRelationshipsResponse>> {
      const { revision, deleted, complete } = await deleteRelationships(engine, {
        filter: toFilter(body.relationshipFilter),
        limit: body.optionalLimit,
        partial: body.optionalAllowPartialDeletions,
        preconditions: body.optionalPreconditions.map(toPrecondition),
        note: toNote(metadata, body.optionalTransactionMetadata),
      })
      return {
        deletedAt: { token: token(engine, revision) },
        deletionProgress: complete ? 'DELETION_PROGRESS_COMPLETE' : 'DELETION_PROGRESS_PARTIAL',
        relationshipsDeletedCount: `${deleted}`,
      }
    },
  })
}
