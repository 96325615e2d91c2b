// Takes a person or a group out of everything in a scope: whoever leaves the company. A group that
// belongs to the scope ends with it: its members and its place in the scope go too. What the principal
// has elsewhere, in another account, is not touched.

import type { Engine, Stop } from '../engine/index.js'
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
): Promise<PrincipalRemoval> {
  const { revision, answer } = await writeDecided(engine, request, (graph, plan) => {
    planRemovalOf(graph, plan, request)
    return plan.size
  })
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
    planRemovalOf(graph, plan, { actor, context, principal, scope })
    const going = plan.updates.map(({ relationship }) => relationship).sort(compareIdentities)
    const from = opened.after && toIdentity(opened.after)
    const left = from ? going.filter(each => compareIdentities(each, from) > 0) : going
    const { rows, cursor } = toPage(left, opened, fromIdentity)
    return { revision: graph.view.revision, count: going.length, relationships: rows, cursor }
  })
}

const FIELDS = 6

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

function planRemovalOf(graph: Graph, plan: Plan, request: RemovePrincipalRequest): void {
  const { actor, principal, scope } = request
  requireRight({ graph, actor, resource: scope }, guardOf(graph, scope), 'take anybody out of it')
  const isGroup = requireOfScope(graph, principal, scope)
  const act = { graph, actor, resource: scope }
  takeAll(plan, principal, goingWith(graph, { principal, scope, isGroup }))
  if (plan.size === 0 && !isGroup) requireWithin(graph, scope, principal)
  for (const { relationship } of plan.updates) {
    const { resource, relation } = relationship
    const roles = graph.view.schema.sharing.shared.get(resource.type)?.roles ?? []
    const role = roles.find(({ name }) => name === relation)
    if (role !== undefined && isSame(resource, scope)) requireRoleRight(act, role)
  }
  requireHolders(graph, plan, isGroup ? principal : null)
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

function* goingWith(graph: Graph, { principal, scope, isGroup }: Going): Generator<Relationship> {
  for (const relationship of graph.about(principal)) {
    const { resource } = relationship
    if (isSame(resource, principal)) {
      if (isGroup) yield relationship
    } else if (isSame(resource, scope) || isSame(scopeOf(graph, resource), scope)) {
      yield relationship
    }
  }
}
