// The check operation: may this subject do this to that resource? Also the answer to one item of a
// bulk check, and the explanation of an answer.

import {
  type CheckOutcome,
  type Explanation,
  checkInSlices as evaluate,
  explainInSlices,
  mapped,
  Rest,
  type Sliced,
  type Turn,
  Unloaded,
  type WorkBudget,
} from '../evaluator/index.js'
import type { Schema } from '../language/index.js'
import {
  type AnswerAt,
  type CheckAnswer,
  type CheckItem,
  type Consistency,
  type Contextual,
  type JsonObject,
  jsonBytes,
  limits,
  Refusal,
  WILDCARD,
} from '../terms/index.js'
import { withContextual } from './contextual.js'
import type { Engine } from './engine.js'
import { settle } from './graph/pace.js'
import { settled } from './graph/settle.js'
import { turns } from './graph/turns.js'
import { type View, viewFor } from './graph/view.js'
import type { Stop } from './stop.js'

interface CheckRequest extends Contextual {
  readonly consistency: Consistency
  readonly item: CheckItem
  /** Whether the answer comes with an explanation. */
  readonly tracing?: boolean
}

export type TracedAnswer = CheckAnswer & { readonly trace?: Trace }

/** The explanation of an answer. */
export interface Trace {
  readonly explanation: Explanation
  readonly schema: Schema
  /** The duration of the check and its explanation, ms. */
  readonly durationMs: number
}

/**
 * Checks one permission.
 * @throws Refusal for an unknown name, a wildcard subject, a context of the wrong type or size, a
 * contextual relationship that could not be written
 */
export async function check(
  engine: Engine,
  { consistency, item, contextual = [], tracing = false }: CheckRequest,
  stop?: Stop,
): Promise<AnswerAt<TracedAnswer>> {
  try {
    const view = withContextual(await viewFor(engine, consistency, stop), contextual)
    const answerer = tracing ? explainItem : answerItem
    const turn = turns.begin(engine.store)
    const asking = { now: engine.clock(), turn }
    const answer = await settled(view, () =>
      settle<TracedAnswer>(answerer(view, item, asking), { turn, stop }),
    )
    engine.checks[answer.kind]++
    return { answer, revision: view.revision }
  } catch (error) {
    engine.checks.refused++
    throw error
  }
}

/** The settings of a check. */
export interface Asking {
  /** The time that expirations are compared with, ms since 1970. */
  readonly now: number
  /** The turns that the check takes; without them, it runs to its end. */
  readonly turn?: Turn
  /** The budget that the check draws on; without it, that of one question. */
  readonly budget?: WorkBudget
}

/** Answers the item at the view. @throws Unloaded, also from the remaining work */
export function answerItem(view: View, item: CheckItem, asking: Asking): Sliced<CheckAnswer> {
  requireItem(item)
  return mapped(evaluate(view.snapshot, view.schema, toQuestion(item, asking)), toCheckAnswer)
}

/** Answers the item with an explanation. */
export const explainItem = (view: View, item: CheckItem, asking: Asking): Sliced<TracedAnswer> =>
  new Rest(explained(view, item, asking))

function* explained(view: View, item: CheckItem, asking: Asking): Generator<null, TracedAnswer> {
  requireItem(item)
  const { snapshot, schema } = view
  const startedAt = performance.now()
  const explanation = yield* explainInSlices(snapshot, schema, toQuestion(item, asking), {
    nodesMax: limits.explanationNodesMax,
    depthMax: limits.explanationDepthMax,
    entriesMax: limits.explanationEntriesMax,
  })
  const durationMs = performance.now() - startedAt
  if (view.workingSet?.isWanting) throw new Unloaded()
  return { ...toCheckAnswer(explanation), trace: { explanation, schema, durationMs } }
}

const toQuestion = (
  { resource, permission, subject, context }: CheckItem,
  { now, turn, budget }: Asking,
) => ({
  resource,
  permission,
  subject,
  context,
  now,
  depthMax: limits.depthMax,
  workMax: limits.workMax,
  turn,
  budget,
})

export function toCheckAnswer({
  verdict,
  missing,
}: Pick<CheckOutcome, 'verdict' | 'missing'>): CheckAnswer {
  if (verdict === 'pending') throw new Unloaded()
  return verdict === 'conditional' ? { kind: 'conditional', missing } : { kind: verdict }
}

/**
 * Requires an item that a schema could answer.
 * @throws Refusal `wildcard-not-allowed`, `invalid-argument`
 */
export function requireItem({ subject, context }: Pick<CheckItem, 'subject' | 'context'>): void {
  if (subject.id === WILDCARD) {
    throw new Refusal(
      'wildcard-not-allowed',
      'invalid argument: cannot perform check on wildcard subject',
      { field: 'subject.id' },
    )
  }
  requireContext(context)
}

/**
 * Requires a context of acceptable size.
 * @throws Refusal `invalid-argument` for a context that is too large
 */
export function requireContext(context: JsonObject): void {
  const bytes = jsonBytes(context)
  if (bytes > limits.requestContextBytesMax) {
    throw new Refusal(
      'invalid-argument',
      `request caveat context has ${bytes} bytes of JSON, expected at most ` +
        `${limits.requestContextBytesMax}`,
    )
  }
}
