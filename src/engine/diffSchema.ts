// The difference between a given schema and the one in force. Nothing is written, and relationships
// are not read (dryRunSchema.ts reads them).

import { diffInSteps, type SchemaChange } from '../language/index.js'
import type { AnswerAt, Consistency } from '../terms/index.js'
import type { Engine } from './engine.js'
import { viewFor } from './graph/view.js'
import type { Stop } from './stop.js'
import { requireSchema } from './writeSchema.js'

interface DiffRequest {
  readonly consistency: Consistency
  /** The text of the given schema. */
  readonly text: string
}

/**
 * Compares the schema in force with the given one.
 * @throws Refusal for a text that is not a schema, or what makes a view unavailable
 */
export async function diffSchema(
  engine: Engine,
  { consistency, text }: DiffRequest,
  stop?: Stop,
): Promise<AnswerAt<readonly SchemaChange[]>> {
  const other = await requireSchema(engine, text, stop)
  const { schema, revision } = await viewFor(engine, consistency, stop)
  const answer = await engine.slices.run(engine.store, diffInSteps(schema, other), stop)
  return { answer, revision }
}
