// Takes away all relationships of a resource, in both directions, in one revision.

import type { Engine } from '../engine/index.js'
import type { ObjectReference, Relationship, Revision } from '../terms/index.js'
import { type Noted, writeDecided } from './decide.js'
import { requireShared } from './declared.js'
import { type Plan, requireHolders, requireSize } from './plan.js'
import { requireRight } from './rights.js'
import type { RemoveRequest } from './types.js'

interface RemoveAnswer {
  readonly revision: Revision
  readonly deleted: number
}

/** @throws Refusal `sharing-forbidden`, `sharing-last-holder`, `sharing-too-large`; then nothing goes */
export async function removeShared(
  engine: Engine,
  request: RemoveRequest & Noted,
): Promise<RemoveAnswer> {
  const { actor, resource } = request
  const { revision, answer } = await writeDecided(engine, request, (graph, plan) => {
    const declaration = requireShared(graph.view.schema, resource.type)
    requireRight({ graph, actor, resource }, declaration.remove, 'remove it')
    takeAll(plan, resource, graph.about(resource))
    requireHolders(graph, plan, resource)
    return plan.size
  })
  return { revision, deleted: answer }
}

/** @throws Refusal `sharing-too-large` */
export function takeAll(
  plan: Plan,
  object: ObjectReference,
  relationships: Iterable<Relationship>,
): void {
  for (const relationship of relationships) {
    plan.take(relationship)
    requireSize(plan, object)
  }
}
