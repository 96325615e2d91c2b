// The routes that import and export relationships in bulk.

import { type ExportBatch, exportRelationships, importRelationships } from '../../engine/index.js'
import { clientStream, NOTE_HEADERS, type RouteScope, stream, toNote } from '../../http/index.js'
import {
  ExportBulkRelationshipsRequest,
  ExportBulkRelationshipsResponse,
  fromRelationship,
  ImportBulkRelationshipsRequest,
  ImportBulkRelationshipsResponse,
  toFilter,
  toRelationship,
  type Wire,
} from '../../messages/index.js'
import { limits, type Relationship as Stored } from '../../terms/index.js'

const TAG = 'relationships'

export function bulkRoutes(scope: RouteScope): void {
  importRoute(scope)
  exportRoute(scope)
}

function importRoute(scope: RouteScope): void {
  clientStream(scope, {
    path: '/v1/relationships/importbulk',
    writes: true,
    deprecatedPath: '/v1/experimental/relationships/bulkimport',
    tag: TAG,
    summary: 'Import relationships',
    description:
      'The body is any number of messages, one after the other. Each message has up to ' +
      `${limits.bodyBytesMax} bytes; the body as a whole has no limit. All relationships are ` +
      'created in one revision, or none: a relationship that exists already, or is repeated, ' +
      `is refused. ${NOTE_HEADERS}`,
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

function exportRoute(scope: RouteScope): void {
  stream(scope, {
    path: '/v1/relationships/exportbulk',
    writes: false,
    deprecatedPath: '/v1/experimental/relationships/bulkexport',
    tag: TAG,
    summary: 'Export relationships',
    description: `Stored relationships of one revision, up to ${limits.exportBatchMax} in a message.`,
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
