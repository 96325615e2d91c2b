// Counters: registered filters whose relationships are counted on request, exactly and as of the
// head.

import {
  type AnswerAt,
  COUNTER_NAME_FORM,
  isCounterName,
  Refusal,
  type RelationshipFilter,
} from '../terms/index.js'
import type { Engine } from './engine.js'
import { requireFilterNames, requireFilterShape } from './filterRules.js'

/**
 * Registers a counter.
 * @throws Refusal `counter-registered`, `invalid-argument` for a bad name, or for a bad filter
 */
export async function registerCounter(
  { records, catalog }: Engine,
  name: string,
  filter: RelationshipFilter,
): Promise<void> {
  requireCounterName(name)
  requireFilterShape(filter)
  await catalog.refresh()
  requireFilterNames((await catalog.newest()).schema, filter)
  await records.registerCounter(name, filter)
}

/**
 * Unregisters a counter.
 * @throws Refusal `counter-unknown`, or `invalid-argument` for an impossible name
 */
export async function countRelationships(engine: Engine, name: string): Promise<AnswerAt<number>> {
  const { revision } = await engine.headReader.ask()
  const asOf = { at: revision, now: engine.clock() }
  return { answer: await named(name, engine.records.readCounter(name, asOf)), revision }
}

/**
 * Counts the relationships of a counter.
 * @throws Refusal `counter-unknown`, or `invalid-argument` for an impossible name
 */
export async function unregisterCounter({ records }: Engine, name: string): Promise<void> {
  await named(name, records.unregisterCounter(name))
}

/**
 * Requires a name. Counters of older versions may have any name, and can still be counted and
 * unregistered.
 */
async function named<T>(name: string, act: Promise<T>): Promise<T> {
  try {
    return await act
  } catch (error) {
    if (error instanceof Refusal && error.code === 'counter-unknown') requireCounterName(name)
    throw error
  }
}

function requireCounterName(name: string): void {
  if (isCounterName(name)) return
  throw new Refusal(
    'invalid-argument',
    `invalid request: \`name\` must be ${COUNTER_NAME_FORM}`,
    {},
    [{ field: 'name', expected: COUNTER_NAME_FORM }],
  )
}
