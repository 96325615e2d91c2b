// The changes from a group to some of its people (choose), and from people to their group (gather).
// Each is one revision that deletes and writes the grants together, so nobody who keeps access is
// without it in between.

import { inSlices } from '../evaluator/index.js'
import {
  printSubject,
  Refusal,
  type Relationship,
  type SubjectReference,
  WILDCARD,
} from '../terms/index.js'
import { type ChangeContext, type HeldRole, notGranted, takeable } from './changeContext.js'
import { formIn, isSame, requirePrincipal, requireRole, scopeOf } from './declared.js'
import { isAmong } from './origins.js'
import { requireSize } from './plan.js'
import { requireRoleRight } from './rights.js'
import type { SharingChange } from './types.js'

type ChangeOf<Kind extends SharingChange['kind']> = Extract<SharingChange, { kind: Kind }>

/** Moves the set's roles to the chosen parts of it; or `role`, if the change names one. */
export function* choose(
  changeContext: ChangeContext,
  change: ChangeOf<'choose'>,
): Generator<null, void> {
  const { graph, resource, declaration } = changeContext
  const { principal, principals, role: roleName } = change
  const named = roleName === '' ? null : requireRole(declaration, roleName)
  const held = yield* inSlices(() => {
    if (named !== null) requireRoleRight(changeContext, named)
    return takeable(changeContext, principal, '')
  })
  requireSet(changeContext, principal)
  if (held.length === 0) throw notGranted(principal, '')
  requireSelection(principals)
  for (const { relationship } of held) changeContext.plan.take(relationship)
  const granted: readonly HeldRole[] = named === null ? held : [{ ...held[0], role: named }]
  for (const each of principals) {
    for (const { role, relationship } of granted) {
      yield* inSlices(() => {
        requirePrincipal(graph, resource, role, each)
        requirePart(changeContext, principal, each)
        grant(changeContext, { ...relationship, relation: role.name }, each)
      })
      if (graph.isDue()) yield null
    }
  }
}

/** Gives the role to the set, and takes the direct grants of it from the parts of the set. */
export function* gather(
  changeContext: ChangeContext,
  { principal, role: roleName }: ChangeOf<'gather'>,
): Generator<null, void> {
  const { graph, resource, declaration } = changeContext
  const role = requireRole(declaration, roleName)
  yield* inSlices(() => requireRoleRight(changeContext, role))
  requireSet(changeContext, principal)
  yield* inSlices(() => requirePrincipal(graph, resource, role, principal))
  for (const relationship of graph.rowInSlices(resource, roleName)) {
    if (relationship === null) yield null
    else {
      const { subject } = relationship
      if (printSubject(subject) === printSubject(principal)) continue
      if (yield* inSlices(() => isPart(changeContext, principal, subject)))
        changeContext.plan.take(relationship)
      requireSize(changeContext.plan, resource)
    }
  }
  const plain = { resource, relation: roleName, subject: principal, caveat: null, expiresAt: null }
  grant(changeContext, plain, principal)
}

/**
 * Gives the principal a copy of the grant. A grant of the role that it has already stays as it is.
 */
export function grant(
  changeContext: ChangeContext,
  original: Relationship,
  subject: SubjectReference,
): void {
  const relationship = { ...original, subject }
  if (changeContext.graph.find(relationship) === null) changeContext.plan.give(relationship)
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
function requirePart(
  changeContext: ChangeContext,
  set: SubjectReference,
  part: SubjectReference,
): void {
  if (isPart(changeContext, set, part)) return
  throw new Refusal(
    'sharing-not-a-member',
    `\`${printSubject(part)}\` is not among \`${printSubject(set)}\``,
    { principal: printSubject(part), set: printSubject(set) },
  )
}

/**
 * Whether the principal is part of the set. A set's parts are the persons in it and the groups that
 * a relationship names as its subjects. The parts of everyone are also the groups of the scope.
 */
function isPart(
  changeContext: ChangeContext,
  set: SubjectReference,
  part: SubjectReference,
): boolean {
  const { graph, declaration } = changeContext
  const kind = formIn(declaration, part)?.kind
  if (set.id === WILDCARD) return kind === 'person' && part.type === set.type
  if (kind === 'person') return isAmong(graph, part, set)
  if (kind !== 'group') return false
  if (formIn(declaration, set)?.kind === 'everyone') return isSame(scopeOf(graph, part), set)
  const within = { resource: { type: set.type, id: set.id }, relation: set.relation, subject: part }
  return graph.find(within) !== null
}
