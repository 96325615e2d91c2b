// Counters: registered filters, counted when asked. The count is exact, as of the head.

import { type AnswerAt, Refusal, type RelationshipFilter } from '../terms/index.js'
import type { Engine } from './engine.js'
import { requireFilterNames, requireFilterShape } from './filterRules.js'

/** @throws Refusal `counter-registered`, `invalid-argument` for no name, or for a bad filter */
export async function registerCounter(
  { records, catalog }: Engine,
  name: string,
  filter: RelationshipFilter,
): Promise<void> {
  requireName(name)
  requireFilterShape(filter)
  await catalog.refresh()
  requireFilterNames((await catalog.newest()).schema, filter)
  await records.registerCounter(name, filter)
}

/** @throws Refusal `counter-unknown` */
export async function countRelationships(engine: Engine, name: string): Promise<AnswerAt<number>> {
  requireName(name)
  const { revision } = await engine.heads.ask()
  const place = { at: revision, now: engine.clock() }
  return { answer: await engine.records.readCounter(name, place), revision }
}

/** @throws Refusal `counter-unknown` */
export async function unregisterCounter({ records }: Engine, name: string): Promise<void> {
  requireName(name)
  await records.unregisterCounter(name)
}

function requireName(name: string): void {
  if (name === '') throw new Refusal('invalid-argument', 'a counter needs a name')
}
