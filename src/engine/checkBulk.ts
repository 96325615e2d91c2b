// Many checks at one revision. Each item has its own answer or its own refusal; the same item is
// answered once. The work is cut into slices so that thousands of items do not hold up the node.

import {
  type AnswerAt,
  type CheckAnswer,
  type CheckItem,
  type Consistency,
  limits,
  printObject,
  printSubject,
  Refusal,
} from '../terms/index.js'
import { answerItem } from './check.js'
import type { Engine } from './engine.js'
import { nextTurn } from './pace.js'
import { NEVER, type Stop } from './stop.js'
import { type View, viewFor } from './view.js'

export interface CheckBulkRequest {
  readonly consistency: Consistency
  readonly items: readonly CheckItem[]
}

/** An item's refusal stands in its place; it does not fail the others. */
export type BulkAnswer = CheckAnswer | Refusal

/** Others get their turn after this many items. */
const SLICE_ITEMS = 100

/** @throws Refusal `too-many-checks`; the reason to stop, between two slices */
export async function checkBulk(
  engine: Engine,
  { consistency, items }: CheckBulkRequest,
  stop: Stop = NEVER,
): Promise<AnswerAt<readonly BulkAnswer[]>> {
  if (items.length > limits.checkItemsMax) {
    throw new Refusal(
      'too-many-checks',
      `check count of ${items.length} is greater than maximum allowed of ${limits.checkItemsMax}`,
      { check_count: `${items.length}`, maximum_checks_allowed: `${limits.checkItemsMax}` },
    )
  }
  const view = await viewFor(engine, consistency, stop)
  const now = engine.clock()
  const answers: BulkAnswer[] = []
  const known = new Map<string, BulkAnswer>()
  for (const [position, item] of items.entries()) {
    if (position % SLICE_ITEMS === SLICE_ITEMS - 1) await nextTurn(stop)
    const key = keyOf(item)
    const answer = known.get(key) ?? answerOrRefusal(view, item, now)
    known.set(key, answer)
    answers.push(answer)
  }
  return { answer: answers, revision: view.revision }
}

function answerOrRefusal(view: View, item: CheckItem, now: number): BulkAnswer {
  try {
    return answerItem(view, item, now)
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

/** Neither ids nor names hold a space, so that no two items share a key. */
const keyOf = (item: CheckItem): string =>
  `${printObject(item.resource)} ${item.permission} ${printSubject(item.subject)} ${JSON.stringify(item.context)}`
