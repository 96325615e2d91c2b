// The principals that an actor could add to a sheet: everyone, and the people and groups of the
// scope that have no direct grant yet. An actor who may only add groups sees all groups of the
// scope, because leaving some out would reveal who has access.

import type { Engine } from '../engine/index.js'
import { NEVER, type Stop } from '../engine/index.js'
import { orRefused } from '../evaluator/index.js'
import type { Role, SharedDeclaration } from '../language/index.js'
import { Refusal, type SubjectReference } from '../terms/index.js'
import { heldIn } from './changeContext.js'
import { formOf, kindOf, requireShared } from './declared.js'
import type { Graph } from './graph.js'
import { membersOf } from './members.js'
import { fromSubject, readPage, toPage, toSubject } from './page.js'
import { type PopulationEntry, population } from './population.js'
import { type Act, forbidden, mayDo } from './rights.js'
import type { Candidate, SheetPage, SheetRequest } from './types.js'

/**
 * @throws Refusal `sharing-undeclared`, `sharing-forbidden`; for a bad limit or cursor, or a
 *   revision that is not readable
 */
export async function listCandidates(
  engine: Engine,
  request: SheetRequest,
  stop: Stop = NEVER,
): Promise<SheetPage<Candidate>> {
  const { actor, context, resource, prefix } = request
  const query = { actor: { ...actor }, context, resource: { ...resource }, prefix }
  const list = { kind: 'hc', query, fields: 3 }
  return readPage(engine, request, { list, stop }, async (graph, opened) => {
    const declaration = requireShared(graph.view.schema, resource.type)
    const act: Act = { graph, actor, resource }
    const offer = offerTo(act, declaration)
    const forms = offer.roles.flatMap(({ principals }) => principals)
    const after = opened.after && toSubject(opened.after)
    const found: Candidate[] = []
    for await (const each of population(engine, act, { forms, prefix, after })) {
      const roles = rolesFor(act, declaration, offer, each.principal)
      if (roles.length > 0) found.push(toCandidate(engine, graph, each, roles))
      if (found.length > opened.limit) break
      await graph.pause(stop)
    }
    const page = toPage(found, opened, ({ principal }) => fromSubject(principal))
    return { revision: graph.view.revision, ...page }
  })
}

/** The roles that an actor may give. */
interface Offer {
  readonly roles: readonly Role[]
  /** Whether the actor may only add groups. */
  readonly groupsOnly: boolean
}

/** @throws Refusal `sharing-forbidden` */
function offerTo(act: Act, { roles, manage, adding }: SharedDeclaration): Offer {
  // A role whose guard cannot be evaluated is not offered. If no role is, the refusal says why.
  const guards = roles.map(role => orRefused(() => mayDo(act, role.managedBy)))
  const managed = roles.filter((_, index) => guards[index] === true)
  const refusal = guards.find(guard => guard instanceof Refusal)
  if (managed.length === 0 && refusal !== undefined) throw refusal
  if (managed.length > 0) return { roles: managed, groupsOnly: false }
  if (adding === null || !mayDo(act, adding.permission)) {
    throw forbidden(act, manage, 'see who could be added')
  }
  return { roles: roles.filter(({ name }) => name === adding.role), groupsOnly: true }
}

function rolesFor(
  act: Act,
  { roles }: SharedDeclaration,
  offer: Offer,
  principal: SubjectReference,
): readonly string[] {
  const { schema } = act.graph.view
  if (offer.groupsOnly && kindOf(schema, principal) !== 'group') return []
  const isIn = !offer.groupsOnly && roles.some(role => heldIn(act, role, principal).length > 0)
  if (isIn) return []
  return offer.roles.filter(role => formOf(role, principal)).map(({ name }) => name)
}

function toCandidate(
  engine: Engine,
  graph: Graph,
  { principal, refusal }: PopulationEntry,
  roles: readonly string[],
): Candidate {
  const kind = kindOf(graph.view.schema, principal)
  const members = kind === 'person' ? null : membersOf(engine, graph, principal)
  return { principal, kind, members, roles: refusal === null ? roles : [], refusal }
}
