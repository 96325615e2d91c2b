// Writes of single relationships through the engine, by one caller and by many, which shows the
// gain of combining writes into one transaction. Every write is a separate request, acknowledged
// after its commit.

import { type Engine, writeRelationships } from '../src/engine/index.js'
import { NO_NOTE, parseRelationship } from '../src/terms/index.js'

/** Writes per second. Each caller waits for its answer before the next write. */
export async function benchWrites(
  engine: Engine,
  callers: number,
  durationMs: number,
): Promise<number> {
  const end = performance.now() + durationMs
  let written = 0
  const call = async (caller: number): Promise<void> => {
    for (let number = 0; performance.now() < end; number++) {
      await writeOne(engine, `${callers}-${caller}-${number}`)
      written++
    }
  }
  const begin = performance.now()
  await Promise.all(Array.from({ length: callers }, (_, caller) => call(caller)))
  return (written / (performance.now() - begin)) * 1000
}

async function writeOne(engine: Engine, id: string): Promise<void> {
  const relationship = parseRelationship(`document:bench-${id}#viewer@user:bench`)
  await writeRelationships(engine, {
    updates: [{ operation: 'touch', relationship }],
    preconditions: [],
    note: NO_NOTE,
  })
}
