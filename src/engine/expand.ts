// The expand operation: the tree of operators and subjects behind a permission, at one revision.

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

interface ExpandRequest extends Contextual {
  readonly consistency: Consistency
  readonly resource: ObjectReference
  /** The name of a permission or a relation. */
  readonly permission: string
}

/**
 * Expands a permission.
 * @throws Refusal for an unknown name, data with a cycle, or a tree that is too large
 */
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
