// Checks a question in the notation over a whole world, and prints the answer: `yes`, `no`,
// `conditional on a, b`.

import { type CheckOutcome, check } from '../../src/evaluator/index.js'
import { type JsonObject, limits } from '../../src/terms/index.js'
import { TestSnapshot } from '../snapshot.js'
import { toItem, type World } from '../world.js'

export const NOW = Date.parse('2026-06-01T00:00:00Z')

export interface Asking {
  readonly context?: JsonObject
  readonly now?: number
  readonly depthMax?: number
  readonly workMax?: number
}

export function ask(
  { schema, relationships }: World,
  question: string,
  { context = {}, now = NOW, depthMax = limits.depthMax, workMax = limits.workMax }: Asking = {},
): CheckOutcome {
  const snapshot = new TestSnapshot(relationships)
  return check(snapshot, schema, { ...toItem(question, context), now, depthMax, workMax })
}

export function answer(world: World, question: string, asking: Asking = {}): string {
  const { verdict, missing } = ask(world, question, asking)
  return verdict === 'conditional' ? `conditional on ${missing.join(', ')}` : verdict
}
