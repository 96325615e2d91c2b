// Many checks at one revision. Each item has its own answer or its own refusal; the same item is
// answered once. They have one bound on work together, beside that of each.

import { Breather, rest, type Sliced, type Turn, Unloaded, WorkBudget } from '../evaluator/index.js'
import {
  type AnswerAt,
  type CheckItem,
  type Consistency,
  type Contextual,
  limits,
  printObject,
  printSubject,
  Refusal,
} from '../terms/index.js'
import { type Asking, answerItem, explainItem, type TracedAnswer } from './check.js'
import { withContextual } from './contextual.js'
import type { Engine } from './engine.js'
import { finished } from './graph/pace.js'
import { settled } from './graph/settle.js'
import { turns } from './graph/turns.js'
import { type View, viewFor } from './graph/view.js'
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
  const turn = turns.begin(engine.store)
  const answerer = tracing ? explainItem : answerItem
  const bulk = new BulkCheck(view, { items, answerer, now: engine.clock(), turn })
  const answer = await settled(view, () => finished(bulk.answers(), { turn, stop }))
  for (const each of answer) engine.checks[each instanceof Refusal ? 'refused' : each.kind]++
  return { answer, revision: view.revision }
}

interface BulkQuestion {
  readonly items: readonly BulkItem[]
  readonly answerer: (view: View, item: CheckItem, asking: Asking) => Sliced<TracedAnswer>
  readonly now: number
  readonly turn: Turn
}

class BulkCheck {
  readonly #view: View
  readonly #asked: BulkQuestion
  readonly #keys: string[] = []
  readonly #answers = new Map<string, BulkAnswer>()
  readonly #breather: Breather
  /** Units of work that all items may still spend. */
  #left: number = limits.bulkWorkMax

  constructor(view: View, asked: BulkQuestion) {
    this.#view = view
    this.#asked = asked
    this.#breather = new Breather(asked.turn)
  }

  /** What all of the items lack comes in one batch. @throws Unloaded */
  *answers(): Generator<null, readonly BulkAnswer[]> {
    const { items } = this.#asked
    let isOpen = false
    for (const [position, item] of items.entries()) {
      this.#keys[position] ??= keyOf(item)
      if (this.#answers.has(this.#keys[position])) continue
      const before = this.#left
      const answer = yield* this.#answer(item)
      if (answer === null) isOpen = true
      else this.#answers.set(this.#keys[position], answer)
      if (this.#breather.isDue(ITEM_WORK + before - this.#left)) yield null
    }
    if (isOpen) throw new Unloaded()
    return this.#keys.map(key => this.#answers.get(key)!)
  }

  /** Null if rows are not loaded. */
  *#answer(item: BulkItem): Generator<null, BulkAnswer | null> {
    const { answerer, now, turn } = this.#asked
    const budget = new WorkBudget(Math.min(limits.workMax, this.#left), turn)
    try {
      if (this.#left <= 0) throw tooMuch()
      const view = withContextual(this.#view, item.contextual ?? [])
      return yield* rest(answerer(view, item, { now, turn, budget }))
    } catch (error) {
      if (error instanceof Unloaded) return null
      if (error instanceof Refusal) return error
      throw error
    } finally {
      this.#left -= budget.work
    }
  }
}

/** What taking up an item weighs beside its check, in units of work. */
const ITEM_WORK = 16

const tooMuch = (): Refusal =>
  new Refusal(
    'work-exceeded',
    `work exceeded: the items of the bulk check take more than ${limits.bulkWorkMax} units of work together`,
    { exceeded: 'bulk', maximum_units_allowed: `${limits.bulkWorkMax}` },
  )

/** All that an answer depends on, so that no two items that differ in any of it share a key. */
const keyOf = ({ resource, permission, subject, context, contextual = [] }: BulkItem): string =>
  JSON.stringify([printObject(resource), permission, printSubject(subject), context, contextual])
