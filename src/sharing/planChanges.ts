// The changes of a sheet, each turned into the relationships that it writes and deletes. The right
// to make a change is decided first, so a refusal tells an actor without it nothing about who has
// access.

import { inSlices } from '../evaluator/index.js'
import type { Role } from '../language/index.js'
import {
  type ObjectReference,
  printSubject,
  Refusal,
  type SubjectReference,
} from '../terms/index.js'
import { type ChangeContext, type HeldRole, notGranted, takeable } from './changeContext.js'
import { formIn, formOf, requirePrincipal, requireRole } from './declared.js'
import { originsOf, type PrincipalShare, sharesOf } from './origins.js'
import { forbidden, mayDo, requireRoleRight, roleForbidden } from './rights.js'
import { choose, gather } from './selection.js'
import type { SharingChange } from './types.js'
import { uncheck } from './uncheck.js'

type ChangeOf<Kind extends SharingChange['kind']> = Extract<SharingChange, { kind: Kind }>

/**
 * Adds the change to the plan. Its steps may be repeated after a slice, because adding the same
 * relationship to the plan twice has the effect of adding it once.
 * @throws Refusal the reason why the change cannot be made
 */
export function* plan(changeContext: ChangeContext, change: SharingChange): Generator<null, void> {
  if (change.kind === 'choose') yield* choose(changeContext, change)
  else if (change.kind === 'gather') yield* gather(changeContext, change)
  else if (change.kind === 'uncheck') yield* uncheck(changeContext, change)
  else yield* inSlices(() => planShort(changeContext, change))
}

function planShort(
  changeContext: ChangeContext,
  change: ChangeOf<'grant' | 'revoke' | 'change-role'>,
): void {
  if (change.kind === 'grant') grant(changeContext, change)
  else if (change.kind === 'revoke') revoke(changeContext, change)
  else changeRole(changeContext, change)
}

function grant(
  changeContext: ChangeContext,
  { principal, role: name, caveat, expiresAt }: ChangeOf<'grant'>,
): void {
  const { graph, resource, declaration } = changeContext
  const role = requireRole(declaration, name)
  requireGiver(changeContext, role, principal)
  requirePrincipal(graph, resource, role, principal)
  changeContext.plan.give({ resource, relation: name, subject: principal, caveat, expiresAt })
}

/** Requires that the actor may manage the role, or may add groups in it. */
function requireGiver(changeContext: ChangeContext, role: Role, principal: SubjectReference): void {
  const { adding } = changeContext.declaration
  if (mayDo(changeContext, role.managedBy)) return
  if (adding === null || !mayDo(changeContext, adding.permission))
    throw roleForbidden(changeContext, role)
  if (role.name === adding.role && formOf(role, principal)?.kind === 'group') return
  throw forbidden(
    changeContext,
    role.managedBy,
    `do more than add groups in the role \`${adding.role}\``,
  )
}

function revoke(changeContext: ChangeContext, { principal, role }: ChangeOf<'revoke'>): void {
  const held = takeable(changeContext, principal, role)
  if (held.length === 0) throw notTakeable(changeContext, principal, role)
  for (const { relationship } of held) changeContext.plan.take(relationship)
}

function changeRole(changeContext: ChangeContext, change: ChangeOf<'change-role'>): void {
  const { principal, former, role: name } = change
  const role = requireRole(changeContext.declaration, name)
  requireRoleRight(changeContext, role)
  const held = takeable(changeContext, principal, former)
  if (held.length === 0) throw notTakeable(changeContext, principal, former)
  if (held.length > 1) throw ambiguous(principal, held)
  requirePrincipal(changeContext.graph, changeContext.resource, role, principal)
  const [{ relationship }] = held
  if (relationship.relation === name) return
  changeContext.plan.take(relationship)
  changeContext.plan.give({ ...relationship, relation: name })
}

function ambiguous(principal: SubjectReference, held: readonly HeldRole[]): Refusal {
  const roles = held.map(({ role }) => `\`${role.name}\``).join(', ')
  return new Refusal(
    'sharing-role-ambiguous',
    `\`${printSubject(principal)}\` has the roles ${roles} here, expected the one that is to ` +
      'be changed to be named',
    { principal: printSubject(principal) },
  )
}

/** The refusal for a principal without a direct grant: it names where its access comes from. */
function notTakeable(
  changeContext: ChangeContext,
  principal: SubjectReference,
  roleName: string,
): Refusal {
  const { declaration } = changeContext
  const isPerson = formIn(declaration, principal)?.kind === 'person'
  // An actor who may not read the sheet learns nothing about other principals.
  if (!isPerson || !mayDo(changeContext, declaration.sheet)) return notGranted(principal, roleName)
  for (const share of sharesHere(changeContext, principal)) {
    if (share.origin.how.kind === 'direct') {
      if (roleName === '' || share.origin.relation === roleName)
        return memberOfGroup(changeContext, share)
    } else if (roleName === '') return byScope(principal, share)
  }
  return notGranted(principal, roleName)
}

const sharesHere = (
  { graph, resource, declaration }: ChangeContext,
  person: ObjectReference,
): Iterable<PrincipalShare> => sharesOf(graph, originsOf(graph, resource, declaration), person)

function memberOfGroup(
  { declaration }: ChangeContext,
  { relationship, through }: PrincipalShare,
): Refusal {
  const set = printSubject(through!)
  const isEveryone = formIn(declaration, through!)?.kind === 'everyone'
  const way = isEveryone
    ? 'uncheck those who are to be left out (OPERATION_UNCHECK)'
    : 'choose people of it instead (OPERATION_CHOOSE)'
  return new Refusal(
    'sharing-member-of-group',
    `the role \`${relationship.relation}\` is given to \`${set}\`, of which no single member ` +
      `can be left out: ${way}`,
    { through: set, role: relationship.relation },
  )
}

const byScope = (principal: SubjectReference, { relationship }: PrincipalShare): Refusal =>
  new Refusal(
    'sharing-by-scope',
    `\`${printSubject(principal)}\` has access as \`${relationship.relation}\` of ` +
      `\`${relationship.resource.type}:${relationship.resource.id}\`, which no sheet can take ` +
      'away',
    { principal: printSubject(principal), role: relationship.relation },
  )
