// The write of a schema, which is refused if a stored relationship would lose its meaning.

import {
  compileInSteps,
  diffInSteps,
  type Schema,
  schemaRefusal,
  WRITTEN,
} from '../language/index.js'
import { limits, Refusal, type Revision, type RevisionNote } from '../terms/index.js'
import { writeAdmitted } from './admission.js'
import type { Engine } from './engine.js'
import type { SchemaGuard } from './graph/storageRecords.js'
import { type Obstacle, obstaclesTo } from './schemaObstacles.js'
import type { Stop } from './stop.js'

interface SchemaRequest {
  readonly text: string
  readonly note: RevisionNote
}

/**
 * Writes a schema.
 * @throws Refusal for a text that is not a schema, or one that stored relationships contradict
 */
export async function writeSchema(engine: Engine, request: SchemaRequest): Promise<Revision> {
  const { text, note } = request
  const schema = await requireSchema(engine, text)
  const { revision } = await writeAdmitted(engine, async current => {
    const changes = await engine.slices.run(engine.store, diffInSteps(current.schema, schema))
    const guards = obstaclesTo(changes).map(requireGuard)
    return { kind: 'schema', schemaRevision: current.revision, text, guards, note }
  })
  engine.catalog.learn(revision)
  await waitUntilFollowed(engine, revision)
  return revision
}

/**
 * Waits for a bounded time until the graph has reached the revision. Clients ask under a new schema
 * at once and without a token, and schemas are written so rarely that their writer can wait.
 */
async function waitUntilFollowed({ live }: Engine, revision: Revision): Promise<void> {
  // A graph that is being rebuilt answers nobody meanwhile; the schema is written all the same.
  await live.reached(revision, limits.schemaWaitMs).catch(() => false)
}

/** Compiles the text. @throws Refusal with every mistake in the text; the reason to stop */
export async function requireSchema(
  { slices, store }: Engine,
  text: string,
  stop?: Stop,
): Promise<Schema> {
  const compiled = await slices.run(store, compileInSteps(text, WRITTEN), stop)
  if (!compiled.ok) throw schemaRefusal(compiled.diagnostics)
  return compiled.schema
}

function requireGuard(obstacle: Obstacle): SchemaGuard {
  if (obstacle instanceof Refusal) throw obstacle
  return obstacle
}
