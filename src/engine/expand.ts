// Who is named in a permission, and through which operators, at one revision.

import { type ExpansionTree, expand as evaluate } from '../evaluator/index.js'
import {
  type AnswerAt,
  assert,
  type Consistency,
  type Contextual,
  limits,
  type ObjectReference,
} from '../terms/index.js'
import { withContextual } from './contextual.js'
import type { Engine } from './engine.js'
import type { Stop } from './stop.js'
import { viewFor } from './view.js'

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
  const answer = evaluate(snapshot, schema, {
    resource,
    permission,
    context: {},
    now: engine.clock(),
    depthMax: limits.depthMax,
    workMax: limits.expansionMax,
  })
  assert(answer !== null, 'a resident graph lacks nothing')
  return { answer, revision }
}
