// May this subject do this to that resource? One question, or many at one revision.

import {
  type CheckOutcome,
  type Explanation,
  check as evaluate,
  explain,
  Unloaded,
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
import { settled } from './graph/settle.js'
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
    const now = engine.clock()
    const answer = await settled(view, () => answerer(view, item, now))
    engine.checks[answer.kind]++
    return { answer, revision: view.revision }
  } catch (error) {
    engine.checks.refused++
    throw error
  }
}

/** The item's answer at the view, as of `now` (ms) for what expires. @throws Unloaded */
export function answerItem(view: View, item: CheckItem, now: number): CheckAnswer {
  requireItem(item)
  return toCheckAnswer(evaluate(view.snapshot, view.schema, toQuestion(item, now)))
}

/** The same, with its explanation. */
export function explainItem(view: View, item: CheckItem, now: number): TracedAnswer {
  requireItem(item)
  const { snapshot, schema } = view
  const begun = performance.now()
  const explanation = explain(snapshot, schema, toQuestion(item, now), {
    nodesMax: limits.explanationNodesMax,
    depthMax: limits.explanationDepthMax,
  })
  const durationMs = performance.now() - begun
  if (view.workingSet?.isWanting) throw new Unloaded()
  return { ...toCheckAnswer(explanation), trace: { explanation, schema, durationMs } }
}

const toQuestion = ({ resource, permission, subject, context }: CheckItem, now: number) => ({
  resource,
  permission,
  subject,
  context,
  now,
  depthMax: limits.depthMax,
  workMax: limits.workMax,
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
