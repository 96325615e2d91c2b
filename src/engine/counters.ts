// Counters: registered filters, counted when asked. The count is exact, as of the head.

import {
  readCounter,
  registerCounter as register,
  unregisterCounter as unregister,
} from '../storage/index.js'
import { type AnswerAt, Refusal, type RelationshipFilter } from '../terms/index.js'
import type { Engine } from './engine.js'
import { requireFilterNames, requireFilterShape } from './filterRules.js'

/** @throws Refusal `counter-registered`, `invalid-argument` for no name, or for a bad filter */
export async function registerCounter(
  { database, store, catalog }: Engine,
  name: string,
  filter: RelationshipFilter,
): Promise<void> {
  requireName(name)
  requireFilterShape(filter)
  await catalog.refresh()
  requireFilterNames((await catalog.newest()).schema, filter)
  await register(database, store, name, filter)
}

/** @throws Refusal `counter-unknown` */
export async function countRelationships(engine: Engine, name: string): Promise<AnswerAt<number>> {
  requireName(name)
  const { revision } = await engine.heads.ask()
  const place = { store: engine.store, at: revision, now: engine.clock() }
  return { answer: await readCounter(engine.database, place, name), revision }
}

/** @throws Refusal `counter-unknown` */
export async function unregisterCounter({ database, store }: Engine, name: string): Promise<void> {
  requireName(name)
  await unregister(database, store, name)
}

function requireName(name: string): void {
  if (name === '') throw new Refusal('invalid-argument', 'a counter needs a name')
}
