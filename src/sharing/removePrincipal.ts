// Takes a person or a group out of everything in a scope: whoever leaves the company. A group that
// belongs to the scope ends with it: its members and its place in the scope go too. What the principal
// has elsewhere, in another account, is not touched.

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
import { type Noted, writeDecided } from './decide.js'
import { isSame, requireWithin, scopeOf } from './declared.js'
import type { Graph } from './graph.js'
import { type PageRequest, readPage, toPage } from './page.js'
import { Plan, requireHolders } from './plan.js'
import { takeAll } from './remove.js'
import { requireRight, requireRoleRight } from './rights.js'
import type { RemovePrincipalRequest } from './types.js'

interface PrincipalRemoval {
  readonly revision: Revision
  /** Relationships that went, or would go. */
  readonly count: number
}

/**
 * @throws Refusal `sharing-forbidden`, `sharing-person-outside`, `sharing-group-outside`,
 *   `sharing-last-holder`, `sharing-too-large`; then nothing goes
 */
export async function removePrincipal(
  engine: Engine,
  request: RemovePrincipalRequest & Noted,
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
  /** In the order of identities. */
  readonly relationships: readonly Relationship[]
  readonly cursor: string | null
}

/** What would go. @throws Refusal as the removal would */
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
    const asked = { actor, context, principal, scope }
    await graph.finished(planRemovalOf(graph, plan, asked), stop)
    const from = opened.after && toIdentity(opened.after)
    const page = { from, length: opened.limit + 1 }
    const left = await graph.finished(firstOf(graph, plan, page), stop)
    const { rows, cursor } = toPage(left, opened, fromIdentity)
    return { revision: graph.view.revision, count: plan.size, relationships: rows, cursor }
  })
}

const FIELDS = 6

interface Page {
  /** Only relationships after this one. */
  readonly from: RelationshipIdentity | null
  readonly length: number
}

/** The first of those that would go, without ordering all of them. */
function* firstOf(
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
  yield* takeAll(plan, principal, goingWith(graph, { principal, scope, isGroup }))
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
    `\`${type}\` is nothing that people and groups belong to: the schema declares no \`@sharing people\` and \`@sharing manage\` in it`,
    { definition_name: type },
  )
}

/** Whether the principal is a group, which must be of the scope. */
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

interface Going {
  readonly principal: ObjectReference
  readonly scope: ObjectReference
  readonly isGroup: boolean
}

function* goingWith(
  graph: Graph,
  { principal, scope, isGroup }: Going,
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
