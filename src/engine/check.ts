// May this subject do this to that resource? One question, or many at one revision.

import { type CheckOutcome, check as evaluate } from '../evaluator/index.js'
import {
  type AnswerAt,
  assert,
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
import type { Stop } from './stop.js'
import { type View, viewFor } from './view.js'

export interface CheckRequest extends Contextual {
  readonly consistency: Consistency
  readonly item: CheckItem
}

/**
 * @throws Refusal for an unknown name, a wildcard subject, a context of the wrong type or size, a
 * contextual relationship that could not be written
 */
export async function check(
  engine: Engine,
  { consistency, item, contextual = [] }: CheckRequest,
  stop?: Stop,
): Promise<AnswerAt<CheckAnswer>> {
  const view = withContextual(await viewFor(engine, consistency, stop), contextual)
  const answer = answerItem(view, item, engine.clock())
  return { answer, revision: view.revision }
}

/** The item's answer at the view, as of `now` (ms) for what expires. */
export function answerItem(view: View, item: CheckItem, now: number): CheckAnswer {
  requireItem(item)
  const { resource, permission, subject, context } = item
  const outcome = evaluate(view.snapshot, view.schema, {
    resource,
    permission,
    subject,
    context,
    now,
    depthMax: limits.depthMax,
    workMax: limits.workMax,
  })
  return toCheckAnswer(outcome)
}

export function toCheckAnswer({ verdict, missing }: CheckOutcome): CheckAnswer {
  assert(verdict !== 'pending', 'a resident graph lacks nothing')
  return verdict === 'conditional' ? { kind: 'conditional', missing } : { kind: verdict }
}

/** @throws Refusal `wildcard-not-allowed`, `invalid-argument` for what no schema could answer */
export function requireItem({ subject, context }: Pick<CheckItem, 'subject' | 'context'>): void {
  if (subject.id === WILDCARD) {
    throw new Refusal(
      'wildcard-not-allowed',
      'invalid argument: cannot perform check on wildcard subject',
      { field: 'subject.object_id' },
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
