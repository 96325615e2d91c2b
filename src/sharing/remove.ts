// The operation that removes a shared resource. It deletes all relationships that have the resource
// as resource or as subject, in one revision.

import type { Engine, Stop } from '../engine/index.js'
import { inSlices } from '../evaluator/index.js'
import type { ObjectReference, Relationship, Revision } from '../terms/index.js'
import { type ActingWithNote, writeDecided } from './decide.js'
import { requireShared } from './declared.js'
import type { Graph } from './graph.js'
import { type Plan, requireHolders, requireSize } from './plan.js'
import { requireRight } from './rights.js'
import type { RemoveRequest } from './types.js'

interface RemoveAnswer {
  readonly revision: Revision
  readonly deleted: number
}

/**
 * @throws Refusal `sharing-forbidden`, `sharing-last-holder`, `sharing-too-large`; then nothing is
 *   deleted
 */
export async function removeShared(
  engine: Engine,
  request: RemoveRequest & ActingWithNote,
  stop?: Stop,
): Promise<RemoveAnswer> {
  const { actor, resource } = request
  function* removed(graph: Graph, plan: Plan): Generator<null, number> {
    const declaration = requireShared(graph.view.schema, resource.type)
    const act = { graph, actor, resource }
    yield* inSlices(() => requireRight(act, declaration.remove, 'remove it'))
    yield* takeAll(plan, resource, graph.about(resource))
    yield* requireHolders(graph, plan, resource)
    return plan.size
  }
  const decide = (graph: Graph, plan: Plan): Promise<number> =>
    graph.finished(removed(graph, plan), stop)
  const { revision, answer } = await writeDecided(engine, request, decide, stop)
  return { revision, deleted: answer }
}

/** Plans the deletion of the relationships. @throws Refusal `sharing-too-large` */
export function* takeAll(
  plan: Plan,
  object: ObjectReference,
  relationships: Iterable<Relationship | null>,
): Generator<null, void> {
  for (const relationship of relationships) {
    if (relationship === null) yield null
    else plan.take(relationship)
    requireSize(plan, object)
  }
}
