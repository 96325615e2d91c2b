// May this subject do this to that resource? One question, or many at one revision.

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
  /** Whether the answer is to be explained. */
  readonly tracing?: boolean
}

export type TracedAnswer = CheckAnswer & { readonly trace?: Trace }

/** Why the answer is what it is. */
export interface Trace {
  readonly explanation: Explanation
  readonly schema: Schema
  /** How long the check and its explanation took, ms. */
  readonly durationMs: number
}

/**
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

/** How a check is asked. */
export interface Asking {
  /** For what expires, ms since 1970. */
  readonly now: number
  /** To its end, without. */
  readonly turn?: Turn
  /** That of one question, without. */
  readonly budget?: WorkBudget
}

/** The item's answer at the view. @throws Unloaded, also from the rest of it */
export function answerItem(view: View, item: CheckItem, asking: Asking): Sliced<CheckAnswer> {
  requireItem(item)
  return mapped(evaluate(view.snapshot, view.schema, toQuestion(item, asking)), toCheckAnswer)
}

/** The same, with its explanation. */
export const explainItem = (view: View, item: CheckItem, asking: Asking): Sliced<TracedAnswer> =>
  new Rest(explained(view, item, asking))

function* explained(view: View, item: CheckItem, asking: Asking): Generator<null, TracedAnswer> {
  requireItem(item)
  const { snapshot, schema } = view
  const begun = performance.now()
  const explanation = yield* explainInSlices(snapshot, schema, toQuestion(item, asking), {
    nodesMax: limits.explanationNodesMax,
    depthMax: limits.explanationDepthMax,
    entriesMax: limits.explanationEntriesMax,
  })
  const durationMs = performance.now() - begun
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

/** @throws Refusal `wildcard-not-allowed`, `invalid-argument` for what no schema could answer */
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

/** @throws Refusal `invalid-argument` for a context that is too large */
export function requireContext(context: JsonObject): void {
  const bytes = jsonBytes(context)
  if (bytes > limits.requestContextBytesMax) {
    throw new Refusal(
      'invalid-argument',
      `request caveat context has ${bytes} bytes of JSON, expected at most ${limits.requestContextBytesMax}`,
    )
  }
}
