// What writing a schema would come to, without writing it: everything that would be refused, not only
// the first, and the relationships that stand in the way.

import { diffSchemas, type SchemaChange } from '../language/index.js'
import { Refusal, type Revision } from '../terms/index.js'
import type { Engine } from './engine.js'
import type { Survey } from './graph/storageRecords.js'
import { type Obstacle, obstaclesBetween } from './schemaObstacles.js'
import { NEVER, type Stop } from './stop.js'
import { requireSchema } from './writeSchema.js'

export interface DryRun {
  /** The schema and the relationships are looked at as of this one. */
  readonly revision: Revision
  /** What would change. */
  readonly changes: readonly SchemaChange[]
  /** In the order of the old schema's text; none: it would be written. */
  readonly obstructions: readonly Obstruction[]
}

/** The relationships that stand in the way; none where it is refused whatever is stored. */
interface Obstruction extends Survey {
  /** As a write is told of it. */
  readonly refusal: Refusal
}

/** @throws Refusal for a text that is no schema, as a write does; the reason to stop */
export async function dryRunSchema(
  engine: Engine,
  text: string,
  stop: Stop = NEVER,
): Promise<DryRun> {
  const schema = await requireSchema(engine, text, stop)
  const { records, clock } = engine
  const { revision } = await engine.headReader.ask()
  const current = await engine.catalog.past(revision)
  const obstacles = obstaclesBetween(current.schema, schema)
  const guards = obstacles.flatMap(each => (each instanceof Refusal ? [] : [each]))
  const place = { at: revision, now: clock() }
  const surveys = await records.survey(place, guards, stop.signal)
  const obstructions = obstacles.flatMap(obstacle => toObstructions(obstacle, surveys))
  return { revision, changes: diffSchemas(current.schema, schema), obstructions }
}

const NOTHING: Survey = { samples: [], count: 0, countIsExact: true }

function toObstructions(
  obstacle: Obstacle,
  surveys: ReadonlyMap<Obstacle, Survey>,
): readonly Obstruction[] {
  if (obstacle instanceof Refusal) return [{ refusal: obstacle, ...NOTHING }]
  const survey = surveys.get(obstacle) ?? NOTHING
  const [sample] = survey.samples
  return sample === undefined ? [] : [{ refusal: obstacle.refuse(sample), ...survey }]
}
