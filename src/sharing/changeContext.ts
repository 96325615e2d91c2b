// An act upon a sheet: who acts on which resource, by which declaration, and what it comes to so far.

import type { Role, SharedDeclaration } from '../language/index.js'
import { printSubject, Refusal, type Relationship, type SubjectReference } from '../terms/index.js'
import { requireRole } from './declared.js'
import type { Plan } from './plan.js'
import { type Act, requireRight, requireRoleRight } from './rights.js'

export interface ChangeContext extends Act {
  readonly declaration: SharedDeclaration
  readonly plan: Plan
}

/** A direct grant, with its role. */
export interface Held {
  readonly role: Role
  readonly relationship: Relationship
}

/**
 * The principal's direct grants that the actor may take: in the role, or in all for the empty one.
 * The right to any is settled before it is looked whether there are some.
 * @throws Refusal `sharing-unknown-role`, `sharing-forbidden`
 */
export function takeable(
  changeContext: ChangeContext,
  principal: SubjectReference,
  roleName: string,
): readonly Held[] {
  const { declaration } = changeContext
  if (roleName === '') requireRight(changeContext, declaration.manage, 'take roles away')
  const roles = roleName === '' ? declaration.roles : [requireRole(declaration, roleName)]
  if (roleName !== '') requireRoleRight(changeContext, roles[0])
  const held = roles.flatMap(role => heldIn(changeContext, role, principal))
  for (const { role } of held) requireRoleRight(changeContext, role)
  return held
}

export function heldIn(
  { graph, resource }: Act,
  role: Role,
  subject: SubjectReference,
): readonly Held[] {
  const relationship = graph.find({ resource, relation: role.name, subject })
  return relationship === null ? [] : [{ role, relationship }]
}

export const notGranted = (principal: SubjectReference, roleName: string): Refusal =>
  new Refusal(
    'sharing-not-granted',
    `\`${printSubject(principal)}\` ${roleName === '' ? 'has not been given any role' : `has not been given the role \`${roleName}\``} here`,
    { principal: printSubject(principal), ...(roleName !== '' && { role: roleName }) },
  )
