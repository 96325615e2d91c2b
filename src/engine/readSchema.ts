// The read of the schema at the head, as it was written.

import { Refusal, type Revision } from '../terms/index.js'
import type { Engine } from './engine.js'

interface SchemaAnswer {
  readonly text: string
  /** The revision at which the text was read. */
  readonly revision: Revision
}

/**
 * Reads the schema.
 * @throws Refusal `no-schema` when none has been written, or the last one defined nothing
 */
export async function readSchema(engine: Engine): Promise<SchemaAnswer> {
  const { revision } = await engine.headReader.ask()
  const stored = await engine.source.schemaAt(revision)
  if (stored === null || stored.text.trim() === '') {
    throw new Refusal('no-schema', 'no schema has been defined; please call WriteSchema to start')
  }
  return { text: stored.text, revision }
}
