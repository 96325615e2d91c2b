// Many checks at one revision. Each item has its own answer or its own refusal; the same item is
// answered once. The work is cut into slices so that thousands of items do not hold up the node.

import { Unloaded } from '../evaluator/index.js'
import {
  type AnswerAt,
  type CheckItem,
  type Consistency,
  type Contextual,
  limits,
  orRefusal,
  printObject,
  printSubject,
  Refusal,
} from '../terms/index.js'
import { answerItem, explainItem, type TracedAnswer } from './check.js'
import { withContextual } from './contextual.js'
import type { Engine } from './engine.js'
import { nextTurn } from './graph/pace.js'
import { settled } from './graph/settle.js'
import { viewFor } from './graph/view.js'
import { NEVER, type Stop } from './stop.js'

/** Its contextual relationships are for every item. */
interface CheckBulkRequest extends Contextual {
  readonly consistency: Consistency
  readonly items: readonly BulkItem[]
  /** Whether the answers are to be explained. */
  readonly tracing?: boolean
}

/** An item's own contextual relationships are touched after those for every item. */
export interface BulkItem extends CheckItem, Contextual {}

/** An item's refusal stands in its place; it does not fail the others. */
export type BulkAnswer = TracedAnswer | Refusal

/** Others get their turn after this many items. */
const SLICE_ITEMS = 100

/**
 * @throws Refusal `too-many-checks`, or for contextual relationships of all items; the reason to stop,
 * between two slices
 */
export async function checkBulk(
  engine: Engine,
  { consistency, items, contextual = [], tracing = false }: CheckBulkRequest,
  stop: Stop = NEVER,
): Promise<AnswerAt<readonly BulkAnswer[]>> {
  if (items.length > limits.checkItemsMax) {
    throw new Refusal(
      'too-many-checks',
      `check count of ${items.length} is greater than maximum allowed of ${limits.checkItemsMax}`,
      { check_count: `${items.length}`, maximum_checks_allowed: `${limits.checkItemsMax}` },
    )
  }
  const view = withContextual(await viewFor(engine, consistency, stop), contextual)
  const now = engine.clock()
  const answerer = tracing ? explainItem : answerItem
  const answers = new Map<string, BulkAnswer>()
  const keys = items.map(keyOf)
  await settled(view, async () => {
    let isOpen = false
    for (const [position, item] of items.entries()) {
      if (position % SLICE_ITEMS === SLICE_ITEMS - 1) await nextTurn(stop)
      if (answers.has(keys[position])) continue
      const answer = orUnloaded(() =>
        answerer(withContextual(view, item.contextual ?? []), item, now),
      )
      if (answer instanceof Unloaded) isOpen = true
      else answers.set(keys[position], answer)
    }
    // What all of them lack comes in one batch.
    if (isOpen) throw new Unloaded()
  })
  const answer = keys.map(key => answers.get(key)!)
  for (const each of answer) engine.checks[each instanceof Refusal ? 'refused' : each.kind]++
  return { answer, revision: view.revision }
}

function orUnloaded(decide: () => TracedAnswer): BulkAnswer | Unloaded {
  try {
    return orRefusal(decide)
  } catch (error) {
    if (error instanceof Unloaded) return error
    throw error
  }
}

/** All that an answer depends on, so that no two items that differ in any of it share a key. */
const keyOf = ({ resource, permission, subject, context, contextual = [] }: BulkItem): string =>
  JSON.stringify([printObject(resource), permission, printSubject(subject), context, contextual])
