// Relationships in bulk: imports and exports of any length.

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
  /** As many as come. */
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

/** Relationships of one message. */
const TOGETHER = 500

/** The body of an import: one message after the other. */
async function* toMessages(relationships: ImportCall['relationships']): AsyncGenerator<string> {
  let waiting: Relationship[] = []
  for await (const relationship of relationships) {
    waiting.push(relationship)
    if (waiting.length < TOGETHER) continue
    yield print(waiting)
    waiting = []
  }
  if (waiting.length > 0) yield print(waiting)
}

function print(relationships: readonly Relationship[]): string {
  const message: Sent<typeof ImportBulkRelationshipsRequest> = {
    relationships: relationships.map(fromRelationship),
  }
  return `${printBody(message)}\n`
}

export interface ExportCall {
  readonly consistency?: ConsistencyByToken
  /** Everything without one. */
  readonly filter?: RelationshipFilter
  /** Relationships that come together; up to 10,000, the default. */
  readonly batch?: number
  /** Goes on after the batch that came with it. */
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
