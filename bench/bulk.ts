// The import of a world as one revision, until it is stored and until this node's graph has it, and
// its export.

import { type Engine, exportRelationships, importRelationships } from '../src/engine/index.js'
import { assert, NO_NOTE, type Relationship } from '../src/terms/index.js'

export interface BulkReport {
  readonly importedPerSecond: number
  /** Time from the commit until answers of this node include the import. */
  readonly seenAfterMs: number
  readonly exportedPerSecond: number
}

const BATCH = 500

export async function benchBulk(
  engine: Engine,
  relationships: readonly Relationship[],
): Promise<BulkReport> {
  const begin = performance.now()
  const { revision, count } = await importRelationships(engine, {
    batches: inBatches(relationships),
    note: NO_NOTE,
  })
  const stored = performance.now()
  assert(await engine.live.reached(revision, 120_000), 'the graph takes the import')
  const seen = performance.now()
  let exported = 0
  const { batches } = await exportRelationships(engine, {
    consistency: { kind: 'minimize-latency' },
    filter: {},
    batch: 0,
    cursor: null,
  })
  for await (const batch of batches) exported += batch.relationships.length
  assert(exported === count, 'what went in comes out')
  return {
    importedPerSecond: (count / (stored - begin)) * 1000,
    seenAfterMs: seen - stored,
    exportedPerSecond: (exported / (performance.now() - seen)) * 1000,
  }
}

async function* inBatches(
  relationships: readonly Relationship[],
): AsyncGenerator<readonly Relationship[]> {
  for (let start = 0; start < relationships.length; start += BATCH) {
    yield relationships.slice(start, start + BATCH)
  }
}
