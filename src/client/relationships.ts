// Reading, writing and deleting relationships.

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
  /** 0, the default, reads all there are. */
  readonly limit?: number
  /** Goes on after the item that came with it. */
  readonly cursor?: string
}

export interface ReadItem {
  readonly relationship: Relationship
  readonly cursor: string
  /** As of when all items of this call were read. */
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
  /** What any of these matches, and no update names, is deleted in the same revision. */
  readonly deletions?: readonly RelationshipFilter[]
  readonly preconditions?: readonly Precondition[]
  /** Decided as of the very revision that the write follows. */
  readonly permissionPreconditions?: readonly PermissionPrecondition[]
  readonly note?: Note
}

export interface WriteAnswer {
  readonly token: string
  /** What became of each update, in their order. */
  readonly outcomes: readonly UpdateOutcome[]
  /** Relationships that the deletions deleted. */
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
  toAnswer: (told: Wire<typeof WriteRelationshipsResponse>): WriteAnswer => ({
    token: tokenOf(told.writtenAt),
    outcomes: told.updateOutcomes.map(toOutcome),
    deleted: Number(told.relationshipsDeletedCount),
  }),
})

export interface DeleteCall {
  readonly filter: RelationshipFilter
  /** 0, the default, deletes all that match. */
  readonly limit?: number
  /** Whether more matches than the limit are left for another call, or refused. */
  readonly partial?: boolean
  readonly preconditions?: readonly Precondition[]
  readonly note?: Note
}

export interface DeleteAnswer {
  readonly token: string
  readonly deleted: number
  /** Whether no match was left. */
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
  toAnswer: (told: Wire<typeof DeleteRelationshipsResponse>): DeleteAnswer => ({
    token: tokenOf(told.deletedAt),
    deleted: Number(told.relationshipsDeletedCount),
    complete: told.deletionProgress === 'DELETION_PROGRESS_COMPLETE',
  }),
})
