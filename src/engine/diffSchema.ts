// What would tell another schema from the one in force; nothing is written, and no relationship is
// looked at (dryRunSchema.ts does that).

import { diffSchemas, type SchemaChange } from '../language/index.js'
import type { AnswerAt, Consistency } from '../terms/index.js'
import type { Engine } from './engine.js'
import { viewFor } from './graph/view.js'
import type { Stop } from './stop.js'
import { requireSchema } from './writeSchema.js'

interface DiffRequest {
  readonly consistency: Consistency
  /** The text of the other schema. */
  readonly text: string
}

/** @throws Refusal for a text that is no schema, or what makes a view unavailable */
export async function diffSchema(
  engine: Engine,
  { consistency, text }: DiffRequest,
  stop?: Stop,
): Promise<AnswerAt<readonly SchemaChange[]>> {
  const other = await requireSchema(engine, text, stop)
  const { schema, revision } = await viewFor(engine, consistency, stop)
  return { answer: diffSchemas(schema, other), revision }
}
