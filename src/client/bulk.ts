// Imports and exports of relationships, of any length.

import {
  type ExportBulkRelationshipsRequest,
  type ExportBulkRelationshipsResponse,
  fromFilter,
  fromRelationship,
  type ImportBulkRelationshipsRequest,
  type ImportBulkRelationshipsResponse,
  type Sent,
  toRelationship,
  type Wire,
} from '../messages/index.js'
import type { Relationship, RelationshipFilter } from '../terms/index.js'
import { printBody } from './print.js'
import { stream, unary } from './route.js'
import type { Note } from './transport.js'
import { type ConsistencyByToken, fromConsistency, fromCursor, tokenOf } from './wire.js'

export interface ImportCall {
  /** The relationships to create, of any number. */
  readonly relationships: AsyncIterable<Relationship> | Iterable<Relationship>
  readonly note?: Omit<Note, 'metadata'>
}

export const importRelationships = unary({
  path: '/v1/relationships/importbulk',
  toBody: ({ relationships }: ImportCall) => toMessages(relationships),
  toNote: ({ note }) => note,
  toAnswer: ({ numLoaded }: Wire<typeof ImportBulkRelationshipsResponse>) => ({
    created: Number(numLoaded),
  }),
})

/** Relationships in one message of an import. */
const BATCH = 500

/** The body of an import, message by message. */
async function* toMessages(relationships: ImportCall['relationships']): AsyncGenerator<string> {
  let batch: Relationship[] = []
  for await (const relationship of relationships) {
    batch.push(relationship)
    if (batch.length < BATCH) continue
    yield print(batch)
    batch = []
  }
  if (batch.length > 0) yield print(batch)
}

function print(relationships: readonly Relationship[]): string {
  const message: Sent<typeof ImportBulkRelationshipsRequest> = {
    relationships: relationships.map(fromRelationship),
  }
  return `${printBody(message)}\n`
}

export interface ExportCall {
  readonly consistency?: ConsistencyByToken
  /** The filter of relationships. Without it, everything is exported. */
  readonly filter?: RelationshipFilter
  /** Relationships in one batch, at most and by default 10,000. */
  readonly batch?: number
  /** The cursor of the last batch of an earlier call, after which this call continues. */
  readonly cursor?: string
}

export interface ExportedBatch {
  readonly relationships: readonly Relationship[]
  readonly cursor: string
}

export const exportRelationships = stream({
  path: '/v1/relationships/exportbulk',
  toBody: ({
    consistency,
    filter,
    batch,
    cursor,
  }: ExportCall = {}): Sent<typeof ExportBulkRelationshipsRequest> => ({
    consistency: fromConsistency(consistency),
    optionalRelationshipFilter: filter && fromFilter(filter),
    optionalLimit: batch,
    optionalCursor: fromCursor(cursor),
  }),
  toAnswer: ({
    relationships,
    afterResultCursor,
  }: Wire<typeof ExportBulkRelationshipsResponse>): ExportedBatch => ({
    relationships: relationships.map(toRelationship),
    cursor: tokenOf(afterResultCursor),
  }),
})
