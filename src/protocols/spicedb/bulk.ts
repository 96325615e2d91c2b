// Import and export of relationships in bulk.

import { type ExportBatch, exportRelationships, importRelationships } from '../../engine/index.js'
import { clientStream, NOTE_HEADERS, type Scope, stream, toNote } from '../../http/index.js'
import {
  Consistency,
  Cursor,
  fromRelationship,
  list,
  message,
  Relationship,
  RelationshipFilter,
  required,
  toFilter,
  toRelationship,
  uint32,
  uint64,
  type Wire,
} from '../../messages/index.js'
import { limits, type Relationship as Stored } from '../../terms/index.js'

const TAG = 'relationships'

const ImportBulkRelationshipsRequest = message(
  'ImportBulkRelationshipsRequest',
  'Some of the relationships to create.',
  { relationships: list(required(Relationship)) },
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
    deprecatedPath: '/v1/experimental/relationships/bulkimport',
    tag: TAG,
    summary: 'Import relationships',
    description: `The body is any number of messages, one after the other; each has up to ${limits.bodyBytesMax} bytes, the whole has no limit. All relationships are created in one revision, or none: one that exists, or comes twice, is refused. ${NOTE_HEADERS}`,
    request: ImportBulkRelationshipsRequest,
    response: ImportBulkRelationshipsResponse,
    async answer(messages, call) {
      const { engine, metadata } = call
      const batches = toBatches(messages)
      const note = toNote(metadata, null)
      const { count } = await importRelationships(engine, { batches, note }, call)
      return { numLoaded: `${count}` }
    },
  })
}

async function* toBatches(
  messages: AsyncIterable<Wire<typeof ImportBulkRelationshipsRequest>>,
): AsyncGenerator<readonly Stored[]> {
  for await (const { relationships } of messages) {
    yield relationships.map(toRelationship)
  }
}

function exportRoute(scope: Scope): void {
  stream(scope, {
    path: '/v1/relationships/exportbulk',
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
