// Checks in this process, from string ids, over the resident graph: what an embedded user pays.

import { check } from '../src/evaluator/index.js'
import type { Schema } from '../src/language/index.js'
import type { Replica } from '../src/replica/index.js'
import { assert, type CheckItem, limits } from '../src/terms/index.js'
import { type Summary, summarise } from './sample.js'

export interface InProcessReport extends Summary {
  /** How many of the questions were answered yes: a figure without a mix says nothing. */
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
    assert(snapshot !== null, 'the head is in the image')
    const { depthMax, workMax } = limits
    return check(snapshot, schema, { ...item, now: 0, depthMax, workMax }).verdict === 'yes'
  }
  for (let i = 0; i < WARM_UP; i++) ask(items[i % items.length])
  const spans = new Float64Array(items.length)
  let yes = 0
  const begin = performance.now()
  for (let i = 0; i < items.length; i++) {
    const start = performance.now()
    if (ask(items[i])) yes++
    spans[i] = (performance.now() - start) * 1e6
  }
  const totalNs = (performance.now() - begin) * 1e6
  return { ...summarise(spans, totalNs), yesShare: yes / items.length }
}
