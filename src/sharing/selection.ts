// From a group to people of it, and back, each as one act: in one revision the group's grant goes and
// the people's come, so nobody who keeps access is without it in between.

import {
  printSubject,
  Refusal,
  type Relationship,
  type SubjectReference,
  WILDCARD,
} from '../terms/index.js'
import { type ChangeContext, type Held, notGranted, takeable } from './changeContext.js'
import { formIn, isSame, requirePrincipal, requireRole, scopeOf } from './declared.js'
import { isAmong } from './origins.js'
import { requireRoleRight } from './rights.js'
import type { SharingChange } from './types.js'

type ChangeOf<Kind extends SharingChange['kind']> = Extract<SharingChange, { kind: Kind }>

/** The set's roles go to these of it; or `role`, if it is named. */
export function choose(desk: ChangeContext, change: ChangeOf<'choose'>): void {
  const { graph, resource, declaration } = desk
  const { principal, principals, role: roleName } = change
  const named = roleName === '' ? null : requireRole(declaration, roleName)
  if (named !== null) requireRoleRight(desk, named)
  const held = takeable(desk, principal, '')
  requireSet(desk, principal)
  if (held.length === 0) throw notGranted(principal, '')
  requireSelection(principals)
  for (const { relationship } of held) desk.plan.take(relationship)
  const given: readonly Held[] = named === null ? held : [{ ...held[0], role: named }]
  for (const each of principals) {
    for (const { role, relationship } of given) {
      requirePrincipal(graph, resource, role, each)
      requirePart(desk, principal, each)
      grant(desk, { ...relationship, relation: role.name }, each)
    }
  }
}

/** The parts of the set that have the role by themselves lose that, and the set has it. */
export function gather(
  desk: ChangeContext,
  { principal, role: roleName }: ChangeOf<'gather'>,
): void {
  const { graph, resource, declaration } = desk
  const role = requireRole(declaration, roleName)
  requireRoleRight(desk, role)
  requireSet(desk, principal)
  requirePrincipal(graph, resource, role, principal)
  for (const relationship of graph.row(resource, roleName)) {
    const { subject } = relationship
    if (printSubject(subject) === printSubject(principal)) continue
    if (isPart(desk, principal, subject)) desk.plan.take(relationship)
  }
  const plain = { resource, relation: roleName, subject: principal, caveat: null, expiresAt: null }
  grant(desk, plain, principal)
}

/** Gives `like` to the principal, who keeps what it has of it. */
export function grant(desk: ChangeContext, like: Relationship, subject: SubjectReference): void {
  const relationship = { ...like, subject }
  if (desk.graph.find(relationship) === null) desk.plan.give(relationship)
}

/** @throws Refusal `sharing-not-admitted` */
function requireSet({ declaration }: ChangeContext, principal: SubjectReference): void {
  const form = formIn(declaration, principal)
  if (form !== undefined && form.kind !== 'person') return
  throw new Refusal(
    'sharing-not-admitted',
    `\`${printSubject(principal)}\` is no group that \`${declaration.definition}\` is shared with`,
    { principal: printSubject(principal), definition_name: declaration.definition },
  )
}

/** @throws Refusal `sharing-empty-selection` */
export function requireSelection(principals: readonly SubjectReference[]): void {
  if (principals.length > 0) return
  throw new Refusal('sharing-empty-selection', 'nobody is selected, expected one or more')
}

/** @throws Refusal `sharing-not-a-member` */
function requirePart(desk: ChangeContext, set: SubjectReference, part: SubjectReference): void {
  if (isPart(desk, set, part)) return
  throw new Refusal(
    'sharing-not-a-member',
    `\`${printSubject(part)}\` is not among \`${printSubject(set)}\``,
    { principal: printSubject(part), set: printSubject(set) },
  )
}

/** Persons in the set, sets that are written into it, and of everyone also the scope's groups. */
function isPart(desk: ChangeContext, set: SubjectReference, part: SubjectReference): boolean {
  const { graph, declaration } = desk
  const kind = formIn(declaration, part)?.kind
  if (set.id === WILDCARD) return kind === 'person' && part.type === set.type
  if (kind === 'person') return isAmong(graph, part, set)
  if (kind !== 'group') return false
  if (formIn(declaration, set)?.kind === 'everyone') return isSame(scopeOf(graph, part), set)
  const within = { resource: { type: set.type, id: set.id }, relation: set.relation, subject: part }
  return graph.find(within) !== null
}
