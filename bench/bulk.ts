// A world as one import, one revision: until it is stored, until the graph of this node has it, and
// out again as an export.

import { type Engine, exportRelationships, importRelationships } from '../src/engine/index.js'
import { assert, NO_NOTE, type Relationship } from '../src/terms/index.js'

export interface BulkReport {
  readonly importedPerSecond: number
  /** From the commit until questions of this node see it. */
  readonly seenAfterMs: number
  readonly exportedPerSecond: number
}

const TOGETHER = 500

export async function benchBulk(
  engine: Engine,
  relationships: readonly Relationship[],
): Promise<BulkReport> {
  const begun = performance.now()
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
    importedPerSecond: (count / (stored - begun)) * 1000,
    seenAfterMs: seen - stored,
    exportedPerSecond: (exported / (performance.now() - seen)) * 1000,
  }
}

async function* inBatches(
  relationships: readonly Relationship[],
): AsyncGenerator<readonly Relationship[]> {
  for (let at = 0; at < relationships.length; at += TOGETHER) {
    yield relationships.slice(at, at + TOGETHER)
  }
}
