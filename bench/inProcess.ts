// Checks in this process, from string ids, over the resident graph: the cost for an embedded user.

import { check } from '../src/evaluator/index.js'
import type { Schema } from '../src/language/index.js'
import type { Replica } from '../src/replica/index.js'
import { assert, type CheckItem, limits } from '../src/terms/index.js'
import { type Summary, summarise } from './sample.js'

export interface InProcessReport extends Summary {
  /** Share of yes among the answers, without which the figures cannot be interpreted. */
  readonly yesShare: number
}

const WARM_UP = 50_000

export function benchInProcess(
  replica: Replica,
  schema: Schema,
  items: readonly CheckItem[],
): InProcessReport {
  const ask = (item: CheckItem): boolean => {
    const snapshot = replica.at(replica.head)
    assert(snapshot !== null, 'the replica answers at its head')
    const { depthMax, workMax } = limits
    return check(snapshot, schema, { ...item, now: 0, depthMax, workMax }).verdict === 'yes'
  }
  for (let i = 0; i < WARM_UP; i++) ask(items[i % items.length])
  const durations = new Float64Array(items.length)
  let yes = 0
  const begin = performance.now()
  for (let i = 0; i < items.length; i++) {
    const start = performance.now()
    if (ask(items[i])) yes++
    durations[i] = (performance.now() - start) * 1e6
  }
  const totalNs = (performance.now() - begin) * 1e6
  return { ...summarise(durations, totalNs), yesShare: yes / items.length }
}
