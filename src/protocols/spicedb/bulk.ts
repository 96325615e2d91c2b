// Import and export of relationships in bulk.

import type { Readable } from 'node:stream'
import { type ExportBatch, exportRelationships, importRelationships } from '../../engine/index.js'
import {
  arriving,
  clientStream,
  NOTE_HEADERS,
  type Scope,
  stream,
  toNote,
} from '../../http/index.js'
import {
  Consistency,
  Cursor,
  invisibleFaults,
  list,
  message,
  Relationship,
  RelationshipFilter,
  required,
  uint32,
  uint64,
  type Wire,
} from '../../messages/index.js'
import { limits, type Relationship as Stored } from '../../terms/index.js'
import { fromRelationship, toFilter, toRelationship } from './wire.js'

const TAG = 'relationships'

const ImportBulkRelationshipsRequest = message(
  'ImportBulkRelationshipsRequest',
  'Some of the relationships to create.',
  { relationships: list(required(Relationship)) },
  {
    rule: ({ relationships }) =>
      relationships
        .flatMap((each, i) => invisibleFaults(each, `.relationships[${i}]`))
        .slice(0, limits.violationsMax),
  },
)

const ImportBulkRelationshipsResponse = message(
  'ImportBulkRelationshipsResponse',
  'How many were created.',
  { numLoaded: uint64 },
)

const ExportBulkRelationshipsRequest = message(
  'ExportBulkRelationshipsRequest',
  'Which relationships to export, all without a filter. The limit is for each message of the answer; the answer goes on to the end.',
  {
    consistency: Consistency,
    optionalLimit: uint32,
    optionalCursor: Cursor,
    optionalRelationshipFilter: RelationshipFilter,
  },
)

const ExportBulkRelationshipsResponse = message(
  'ExportBulkRelationshipsResponse',
  'Some of the relationships, and where to go on after them.',
  { afterResultCursor: Cursor, relationships: list(required(Relationship)) },
)

export function bulkRoutes(scope: Scope): void {
  importRoute(scope)
  exportRoute(scope)
}

function importRoute(scope: Scope): void {
  clientStream(scope, {
    path: '/v1/relationships/importbulk',
    writes: true,
    deprecatedPath: '/v1/experimental/relationships/bulkimport',
    tag: TAG,
    summary: 'Import relationships',
    description: `The body is any number of messages, one after the other; each has up to ${limits.bodyBytesMax} bytes, the whole has no limit. All relationships are created in one revision, or none: one that exists, or comes twice, is refused. ${NOTE_HEADERS}`,
    request: ImportBulkRelationshipsRequest,
    response: ImportBulkRelationshipsResponse,
    async answer(body, call) {
      const { engine, request } = call
      const batches = toBatches(body, call.signal)
      const note = toNote(request, null)
      const { count } = await importRelationships(engine, { batches, note }, call)
      return { numLoaded: `${count}` }
    },
  })
}

async function* toBatches(
  body: Readable | null,
  signal: AbortSignal,
): AsyncGenerator<readonly Stored[]> {
  for await (const { relationships } of arriving(body, ImportBulkRelationshipsRequest, signal)) {
    yield relationships.map(toRelationship)
  }
}

function exportRoute(scope: Scope): void {
  stream(scope, {
    path: '/v1/relationships/exportbulk',
    writes: false,
    deprecatedPath: '/v1/experimental/relationships/bulkexport',
    tag: TAG,
    summary: 'Export relationships',
    description: `Stored relationships as of one place in the order of changes, up to ${limits.exportBatchMax} in a message.`,
    request: ExportBulkRelationshipsRequest,
    response: ExportBulkRelationshipsResponse,
    async open(body, { engine, consistency }) {
      const filter = body.optionalRelationshipFilter
      const { batches } = await exportRelationships(engine, {
        consistency,
        filter: filter === null ? {} : toFilter(filter),
        batch: body.optionalLimit,
        cursor: body.optionalCursor?.token ?? null,
      })
      return { items: batches, toResult: fromBatch }
    },
  })
}

const fromBatch = ({
  relationships,
  cursor,
}: ExportBatch): Wire<typeof ExportBulkRelationshipsResponse> => ({
  afterResultCursor: { token: cursor },
  relationships: relationships.map(fromRelationship),
})
