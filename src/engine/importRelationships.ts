// The import: creates all relationships of a stream in one revision, or none of them. An error
// about a relationship names its position in the stream, because a client that sends millions could
// not find it otherwise.

import { requireAdmitted, type Schema } from '../language/index.js'
import {
  Refusal,
  type Relationship,
  type Revision,
  type RevisionNote,
  requireVisibleIds,
} from '../terms/index.js'
import { requireContextSize } from './admission.js'
import { publishWarning } from './channels.js'
import type { Engine } from './engine.js'
import type { Import } from './graph/storageRecords.js'
import { NEVER, type Stop } from './stop.js'
import { StaleSchema } from './writer.js'

interface ImportRequest {
  /** The relationships, read as fast as they can be stored and no faster. */
  readonly batches: AsyncIterable<readonly Relationship[]>
  readonly note: RevisionNote
}

interface ImportAnswer {
  readonly revision: Revision
  readonly count: number
}

/** The number of relationships staged in one statement. */
const CHUNK = 1000

/**
 * Imports relationships.
 * @throws Refusal for a relationship that could not be created, `serialization-failure` when the
 * schema was written meanwhile; the reason to stop, until the stream has ended
 */
export async function importRelationships(
  engine: Engine,
  { batches, note }: ImportRequest,
  { signal }: Stop = NEVER,
): Promise<ImportAnswer> {
  await engine.catalog.refresh()
  const { schema, revision: schemaRevision } = await engine.catalog.newest()
  const staging = await engine.records.beginImport()
  try {
    const count = await stageAll(engine, staging, admittedOf(schema, batches))
    signal.throwIfAborted()
    const request = { kind: 'import', id: staging.id, count, schemaRevision, note } as const
    const { revision } = await engine.writer.write(request)
    return { revision, count }
  } catch (error) {
    if (!(error instanceof StaleSchema)) throw error
    throw new Refusal(
      'serialization-failure',
      'the schema was written during the import, try again',
    )
  } finally {
    // The caller does not wait for this. If it fails, the collection removes what is left.
    engine.records.dropImport(staging).catch((error: Error) => publishWarning('import', error))
  }
}

async function stageAll(
  { records }: Engine,
  staging: Import,
  relationships: AsyncIterable<Relationship>,
): Promise<number> {
  let count = 0
  let chunk: Relationship[] = []
  for await (const relationship of relationships) {
    chunk.push(relationship)
    if (chunk.length < CHUNK) continue
    count += chunk.length
    records.requireRoom(staging, count)
    await records.stage(staging, chunk)
    chunk = []
  }
  if (chunk.length > 0) await records.stage(staging, chunk)
  return count + chunk.length
}

async function* admittedOf(
  schema: Schema,
  batches: ImportRequest['batches'],
): AsyncGenerator<Relationship> {
  for await (const batch of batches) {
    for (const relationship of batch) {
      requireVisibleIds(relationship)
      requireAdmitted(schema, relationship, 'create')
      requireContextSize(relationship)
      yield relationship
    }
  }
}
