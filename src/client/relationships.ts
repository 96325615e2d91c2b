// Reading, writing and deleting relationships.

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
import {
  type ConsistencyByToken,
  fromConsistency,
  fromCursor,
  fromFilter,
  fromPermissionPrecondition,
  fromPrecondition,
  fromUpdate,
  toRelationship,
  toUpdateOutcome,
  type WireRelationship,
  type WireToken,
  type WireUpdateOutcome,
} from './wire.js'

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
  toBody: ({ consistency, filter, limit, cursor }: ReadCall) => ({
    consistency: fromConsistency(consistency),
    relationshipFilter: fromFilter(filter),
    optionalLimit: limit,
    optionalCursor: fromCursor(cursor),
  }),
  toAnswer: ({ relationship, afterResultCursor, readAt }: WireReadItem): ReadItem => ({
    relationship: toRelationship(relationship),
    cursor: afterResultCursor.token,
    token: readAt.token,
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
  toBody: (call: WriteCall) => ({
    updates: call.updates.map(fromUpdate),
    optionalDeletions: call.deletions?.map(fromFilter),
    optionalPreconditions: call.preconditions?.map(fromPrecondition),
    optionalPermissionPreconditions: call.permissionPreconditions?.map(fromPermissionPrecondition),
    optionalTransactionMetadata: call.note?.metadata,
  }),
  toNote: ({ note }) => note,
  toAnswer: (told: WireWriteAnswer): WriteAnswer => ({
    token: told.writtenAt.token,
    outcomes: told.updateOutcomes.map(toUpdateOutcome),
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
  toBody: ({ filter, limit, partial, preconditions, note }: DeleteCall) => ({
    relationshipFilter: fromFilter(filter),
    optionalLimit: limit,
    optionalAllowPartialDeletions: partial,
    optionalPreconditions: preconditions?.map(fromPrecondition),
    optionalTransactionMetadata: note?.metadata,
  }),
  toNote: ({ note }) => note,
  toAnswer: (told: WireDeletion): DeleteAnswer => ({
    token: told.deletedAt.token,
    deleted: Number(told.relationshipsDeletedCount),
    complete: told.deletionProgress === 'DELETION_PROGRESS_COMPLETE',
  }),
})

interface WireReadItem {
  readonly readAt: WireToken
  readonly relationship: WireRelationship
  readonly afterResultCursor: WireToken
}

interface WireWriteAnswer {
  readonly writtenAt: WireToken
  readonly updateOutcomes: readonly WireUpdateOutcome[]
  readonly relationshipsDeletedCount: string
}

interface WireDeletion {
  readonly deletedAt: WireToken
  readonly deletionProgress: string
  readonly relationshipsDeletedCount: string
}
