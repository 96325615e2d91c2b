// The operation that removes a person or a group from everything in a scope, for somebody who
// leaves the company. A group that belongs to the scope is removed itself, so the relationships to
// its members and to the scope are deleted too. Relationships in other scopes are not touched.

import type { Engine, Stop } from '../engine/index.js'
import { inSlices } from '../evaluator/index.js'
import { requireDefinition } from '../language/index.js'
import {
  compareIdentities,
  type ObjectReference,
  printObject,
  Refusal,
  type Relationship,
  type RelationshipIdentity,
  type Revision,
} from '../terms/index.js'
import { type ActingWithNote, writeDecided } from './decide.js'
import { isSame, requireWithin, scopeOf } from './declared.js'
import type { Graph } from './graph.js'
import { type PageRequest, readPage, toPage } from './page.js'
import { Plan, requireHolders } from './plan.js'
import { takeAll } from './remove.js'
import { requireRight, requireRoleRight } from './rights.js'
import type { RemovePrincipalRequest } from './types.js'

interface PrincipalRemoval {
  readonly revision: Revision
  /** The number of relationships that were deleted, or would be. */
  readonly count: number
}

/**
 * @throws Refusal `sharing-forbidden`, `sharing-person-outside`, `sharing-group-outside`,
 *   `sharing-last-holder`, `sharing-too-large`; then nothing is deleted
 */
export async function removePrincipal(
  engine: Engine,
  request: RemovePrincipalRequest & ActingWithNote,
  stop?: Stop,
): Promise<PrincipalRemoval> {
  const decide = async (graph: Graph, plan: Plan): Promise<number> => {
    await graph.finished(planRemovalOf(graph, plan, request), stop)
    return plan.size
  }
  const { revision, answer } = await writeDecided(engine, request, decide, stop)
  return { revision, count: answer }
}

interface RemovalPlan extends PrincipalRemoval {
  /** A page of the relationships that would be deleted, in the order of identities. */
  readonly relationships: readonly Relationship[]
  readonly cursor: string | null
}

/** Lists what the removal would delete. @throws Refusal as the removal does */
export async function planRemoval(
  engine: Engine,
  request: RemovePrincipalRequest & PageRequest,
  stop?: Stop,
): Promise<RemovalPlan> {
  const { actor, context, principal, scope } = request
  const query = { principal: { ...principal }, scope: { ...scope } }
  const list = { kind: 'hr', query, fields: FIELDS }
  return readPage(engine, request, { list, stop }, async (graph, opened) => {
    const plan = new Plan(graph)
    const removal = { actor, context, principal, scope }
    await graph.finished(planRemovalOf(graph, plan, removal), stop)
    const from = opened.after && toIdentity(opened.after)
    const page = { from, length: opened.limit + 1 }
    const removals = await graph.finished(firstRemovals(graph, plan, page), stop)
    const { rows, cursor } = toPage(removals, opened, fromIdentity)
    return { revision: graph.view.revision, count: plan.size, relationships: rows, cursor }
  })
}

/** The number of texts that make up an identity. */
const FIELDS = 6

interface Page {
  /** The relationship after which the page begins; null for the first page. */
  readonly from: RelationshipIdentity | null
  readonly length: number
}

/**
 * The first relationships of the plan in the order of identities, found without sorting them all.
 */
function* firstRemovals(
  graph: Graph,
  plan: Plan,
  { from, length }: Page,
): Generator<null, readonly Relationship[]> {
  let first: Relationship[] = []
  const cut = (): void => {
    first = first.sort(compareIdentities).slice(0, length)
  }
  for (const { relationship } of plan.updates) {
    if (from === null || compareIdentities(relationship, from) > 0) first.push(relationship)
    if (first.length === 2 * length) cut()
    if (graph.isDue()) yield null
  }
  cut()
  return first
}

const fromIdentity = ({ resource, relation, subject }: RelationshipIdentity): readonly string[] => [
  resource.type,
  resource.id,
  relation,
  subject.type,
  subject.id,
  subject.relation,
]

const toIdentity = (fields: readonly string[]): RelationshipIdentity => {
  const [type, id, relation, subjectType, subjectId, subjectRelation] = fields
  const subject = { type: subjectType, id: subjectId, relation: subjectRelation }
  return { resource: { type, id }, relation, subject }
}

function* planRemovalOf(
  graph: Graph,
  plan: Plan,
  request: RemovePrincipalRequest,
): Generator<null, void> {
  const { actor, principal, scope } = request
  const act = { graph, actor, resource: scope }
  const guard = guardOf(graph, scope)
  yield* inSlices(() => requireRight(act, guard, 'take anybody out of it'))
  const isGroup = requireOfScope(graph, principal, scope)
  yield* takeAll(plan, principal, relationshipsToRemove(graph, { principal, scope, isGroup }))
  if (plan.size === 0 && !isGroup) yield* inSlices(() => requireWithin(graph, scope, principal))
  for (const { relationship } of plan.updates) {
    if (graph.isDue()) yield null
    const { resource, relation } = relationship
    const roles = graph.view.schema.sharing.shared.get(resource.type)?.roles ?? []
    const role = roles.find(({ name }) => name === relation)
    if (role !== undefined && isSame(resource, scope)) {
      yield* inSlices(() => requireRoleRight(act, role))
    }
  }
  yield* requireHolders(graph, plan, isGroup ? principal : null)
}

/** @throws Refusal `unknown-definition`, `sharing-undeclared` */
function guardOf(graph: Graph, { type }: ObjectReference): string {
  requireDefinition(graph.view.schema, type)
  const { shared, scopes } = graph.view.schema.sharing
  const scope = scopes.get(type)
  const guard = scope && (shared.get(type)?.manage ?? scope.createForEveryone)
  if (guard) return guard
  throw new Refusal(
    'sharing-undeclared',
    `\`${type}\` is nothing that people and groups belong to: the schema declares no ` +
      '`@sharing people` and `@sharing manage` in it',
    { definition_name: type },
  )
}

/**
 * Requires of a principal that is a group that it belongs to the scope.
 * @returns whether the principal is a group
 * @throws Refusal `sharing-group-outside`, `unknown-definition`
 */
function requireOfScope(graph: Graph, principal: ObjectReference, scope: ObjectReference): boolean {
  requireDefinition(graph.view.schema, principal.type)
  if (!graph.view.schema.sharing.shared.get(principal.type)?.scope) return false
  if (isSame(scopeOf(graph, principal), scope)) return true
  throw new Refusal(
    'sharing-group-outside',
    `\`${printObject(principal)}\` does not belong to \`${printObject(scope)}\``,
    { principal: printObject(principal), scope: printObject(scope) },
  )
}

interface PrincipalAndScope {
  readonly principal: ObjectReference
  readonly scope: ObjectReference
  readonly isGroup: boolean
}

function* relationshipsToRemove(
  graph: Graph,
  { principal, scope, isGroup }: PrincipalAndScope,
): Generator<Relationship | null> {
  for (const relationship of graph.about(principal)) {
    if (relationship === null) {
      yield null
      continue
    }
    const { resource } = relationship
    if (isSame(resource, principal)) {
      if (isGroup) yield relationship
    } else if (isSame(resource, scope) || isSame(scopeOf(graph, resource), scope)) {
      yield relationship
    }
  }
}
