// The dry run of a schema write: every refusal that the write would meet, not only the first, and
// the relationships that cause them. Nothing is written.

import { diffInSteps, type SchemaChange } from '../language/index.js'
import { Refusal, type Revision } from '../terms/index.js'
import type { Engine } from './engine.js'
import type { Survey } from './graph/storageRecords.js'
import { type Obstacle, obstaclesTo } from './schemaObstacles.js'
import { NEVER, type Stop } from './stop.js'
import { requireSchema } from './writeSchema.js'

export interface DryRun {
  /** The revision at which the schema and the relationships are read. */
  readonly revision: Revision
  /** The changes that the write would make. */
  readonly changes: readonly SchemaChange[]
  /**
   * The obstructions in the order of the old schema's text; if there are none, it would be written.
   */
  readonly obstructions: readonly Obstruction[]
}

/**
 * An obstacle with the relationships that cause it. There are none if the change is refused
 * whatever is stored.
 */
interface Obstruction extends Survey {
  /** The refusal that a write would get. */
  readonly refusal: Refusal
}

/**
 * Examines what a write of the schema would do.
 * @throws Refusal for a text that is not a schema, as a write does; the reason to stop
 */
export async function dryRunSchema(
  engine: Engine,
  text: string,
  stop: Stop = NEVER,
): Promise<DryRun> {
  const schema = await requireSchema(engine, text, stop)
  const { records, clock } = engine
  const { revision } = await engine.headReader.ask()
  const current = await engine.catalog.past(revision)
  const changes = await engine.slices.run(engine.store, diffInSteps(current.schema, schema), stop)
  const obstacles = obstaclesTo(changes)
  const guards = obstacles.flatMap(each => (each instanceof Refusal ? [] : [each]))
  const position = { at: revision, now: clock() }
  const surveys = await records.survey(position, guards, stop.signal)
  const obstructions = obstacles.flatMap(obstacle => toObstructions(obstacle, surveys))
  return { revision, changes, obstructions }
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
