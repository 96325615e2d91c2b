// The reading, writing and deleting of relationships.

import {
  type DeleteRelationshipsRequest,
  type DeleteRelationshipsResponse,
  fromFilter,
  fromPermissionPrecondition,
  fromPrecondition,
  fromUpdate,
  type ReadRelationshipsRequest,
  type ReadRelationshipsResponse,
  type Sent,
  toOutcome,
  toRelationship,
  type Wire,
  type WireRelationship,
  type WriteRelationshipsRequest,
  type WriteRelationshipsResponse,
} from '../messages/index.js'
import type {
  PermissionPrecondition,
  Precondition,
  Relationship,
  RelationshipFilter,
  Update,
  UpdateOutcome,
} from '../terms/index.js'
import { stream, unary } from './route.js'
import type { Note } from './transport.js'
import { type ConsistencyByToken, fromConsistency, fromCursor, tokenOf } from './wire.js'

export interface ReadCall {
  readonly consistency?: ConsistencyByToken
  readonly filter: RelationshipFilter
  /** The largest number of items. 0, the default, is for all. */
  readonly limit?: number
  /** The cursor of the last item of an earlier call, after which this call continues. */
  readonly cursor?: string
}

export interface ReadItem {
  readonly relationship: Relationship
  readonly cursor: string
  /** The revision at which all items of this call were read. */
  readonly token: string
}

export const readRelationships = stream({
  path: '/v1/relationships/read',
  toBody: ({
    consistency,
    filter,
    limit,
    cursor,
  }: ReadCall): Sent<typeof ReadRelationshipsRequest> => ({
    consistency: fromConsistency(consistency),
    relationshipFilter: fromFilter(filter),
    optionalLimit: limit,
    optionalCursor: fromCursor(cursor),
  }),
  toAnswer: ({
    relationship,
    afterResultCursor,
    readAt,
  }: Wire<typeof ReadRelationshipsResponse>): ReadItem => ({
    relationship: toRelationship(relationship as WireRelationship),
    cursor: tokenOf(afterResultCursor),
    token: tokenOf(readAt),
  }),
})

export interface WriteCall {
  readonly updates: readonly Update[]
  /** Filters whose matches are deleted in the same revision, except those that an update names. */
  readonly deletions?: readonly RelationshipFilter[]
  readonly preconditions?: readonly Precondition[]
  /** Checks that the write depends on. They are decided at the revision right before the write. */
  readonly permissionPreconditions?: readonly PermissionPrecondition[]
  readonly note?: Note
}

export interface WriteAnswer {
  readonly token: string
  /** The effect of each update, in the order of updates. */
  readonly outcomes: readonly UpdateOutcome[]
  /** Number of relationships deleted by the filters. */
  readonly deleted: number
}

export const writeRelationships = unary({
  path: '/v1/relationships/write',
  toBody: (call: WriteCall): Sent<typeof WriteRelationshipsRequest> => ({
    updates: call.updates.map(fromUpdate),
    optionalDeletions: call.deletions?.map(fromFilter),
    optionalPreconditions: call.preconditions?.map(fromPrecondition),
    optionalPermissionPreconditions: call.permissionPreconditions?.map(fromPermissionPrecondition),
    optionalTransactionMetadata: call.note?.metadata,
  }),
  toNote: ({ note }) => note,
  toAnswer: (wire: Wire<typeof WriteRelationshipsResponse>): WriteAnswer => ({
    token: tokenOf(wire.writtenAt),
    outcomes: wire.updateOutcomes.map(toOutcome),
    deleted: Number(wire.relationshipsDeletedCount),
  }),
})

export interface DeleteCall {
  readonly filter: RelationshipFilter
  /** The largest number of deletions. 0, the default, deletes all matches. */
  readonly limit?: number
  /** Whether matches beyond the limit stay for another call. Otherwise they are refused. */
  readonly partial?: boolean
  readonly preconditions?: readonly Precondition[]
  readonly note?: Note
}

export interface DeleteAnswer {
  readonly token: string
  readonly deleted: number
  /** Whether all matches were deleted. */
  readonly complete: boolean
}

export const deleteRelationships = unary({
  path: '/v1/relationships/delete',
  toBody: ({
    filter,
    limit,
    partial,
    preconditions,
    note,
  }: DeleteCall): Sent<typeof DeleteRelationshipsRequest> => ({
    relationshipFilter: fromFilter(filter),
    optionalLimit: limit,
    optionalAllowPartialDeletions: partial,
    optionalPreconditions: preconditions?.map(fromPrecondition),
    optionalTransactionMetadata: note?.metadata,
  }),
  toNote: ({ note }) => note,
  toAnswer: (wire: Wire<typeof DeleteRelationshipsResponse>): DeleteAnswer => ({
    token: tokenOf(wire.deletedAt),
    deleted: Number(wire.relationshipsDeletedCount),
    complete: wire.deletionProgress === 'DELETION_PROGRESS_COMPLETE',
  }),
})
