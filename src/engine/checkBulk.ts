// The bulk check: many checks at one revision. Each item has its own answer or its own refusal, and
// equal items are answered once. All items share one bound on work, and each item has its own as
// well.

import { Breather, rest, type Sliced, type Turn, Unloaded, WorkBudget } from '../evaluator/index.js'
import {
  type AnswerAt,
  asRefusal,
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

/** The request. Its contextual relationships apply to every item. */
interface CheckBulkRequest extends Contextual {
  readonly consistency: Consistency
  readonly items: readonly BulkItem[]
  /** Whether the answers come with explanations. */
  readonly tracing?: boolean
}

/** One item. Its own contextual relationships are touched after those of the request. */
export interface BulkItem extends CheckItem, Contextual {}

/** The answer to an item. A refusal stands in its place and does not fail the others. */
export type BulkAnswer = TracedAnswer | Refusal

/**
 * Checks many items.
 * @throws Refusal `too-many-checks`, or for contextual relationships of the request; the reason to
 * stop, between two slices
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
  /** The units of work that all items together may still spend. */
  #left: number = limits.bulkWorkMax

  constructor(view: View, asked: BulkQuestion) {
    this.#view = view
    this.#asked = asked
    this.#breather = new Breather(asked.turn)
  }

  /** Answers all items. Rows that any of them lacks are loaded in one batch. @throws Unloaded */
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

  /** Answers one item; null if rows are not loaded. */
  *#answer(item: BulkItem): Generator<null, BulkAnswer | null> {
    const { answerer, now, turn } = this.#asked
    const budget = new WorkBudget(Math.min(limits.workMax, this.#left), turn)
    try {
      if (this.#left <= 0) throw tooMuch()
      const view = withContextual(this.#view, item.contextual ?? [])
      return yield* rest(answerer(view, item, { now, turn, budget }))
    } catch (error) {
      if (error instanceof Unloaded) return null
      return asRefusal(error)
    } finally {
      this.#left -= budget.work
    }
  }
}

/** The units of work that an item counts as, besides its check. */
const ITEM_WORK = 16

const tooMuch = (): Refusal =>
  new Refusal(
    'work-exceeded',
    `work exceeded: the items of the bulk check take more than ${limits.bulkWorkMax} units of ` +
      'work together',
    { exceeded: 'bulk', maximum_units_allowed: `${limits.bulkWorkMax}` },
  )

/** The key of an item: everything that its answer depends on. */
const keyOf = ({ resource, permission, subject, context, contextual = [] }: BulkItem): string =>
  JSON.stringify([printObject(resource), permission, printSubject(subject), context, contextual])
