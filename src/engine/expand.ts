// Who is named in a permission, and through which operators, at one revision.

import { type ExpansionTree, expandInSlices as evaluate, Unloaded } from '../evaluator/index.js'
import {
  type AnswerAt,
  type Consistency,
  type Contextual,
  limits,
  type ObjectReference,
} from '../terms/index.js'
import { withContextual } from './contextual.js'
import type { Engine } from './engine.js'
import { finished } from './graph/pace.js'
import { settled } from './graph/settle.js'
import { turns } from './graph/turns.js'
import { viewFor } from './graph/view.js'
import type { Stop } from './stop.js'

export interface ExpandRequest extends Contextual {
  readonly consistency: Consistency
  readonly resource: ObjectReference
  /** A permission or a relation. */
  readonly permission: string
}

/** @throws Refusal for an unknown name, data that runs in a circle, or a tree that is too large */
export async function expand(
  engine: Engine,
  { consistency, resource, permission, contextual = [] }: ExpandRequest,
  stop?: Stop,
): Promise<AnswerAt<ExpansionTree>> {
  const view = withContextual(await viewFor(engine, consistency, stop), contextual)
  const { snapshot, schema, revision } = view
  const { depthMax, expansionMax: workMax } = limits
  const turn = turns.begin(engine.store)
  const bounds = { now: engine.clock(), depthMax, workMax, turn }
  const question = { resource, permission, context: {}, ...bounds }
  const answer = await settled(view, async () => {
    const tree = await finished(evaluate(snapshot, schema, question), { turn, stop })
    if (tree === null) throw new Unloaded()
    return tree
  })
  return { answer, revision }
}
