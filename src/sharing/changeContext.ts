// The context in which the changes of a sheet are planned: the actor, the resource, the declaration
// of its type, and the plan so far.

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
export interface HeldRole {
  readonly role: Role
  readonly relationship: Relationship
}

/**
 * The principal's direct grants of the role, or of all roles for the empty one, which the actor may
 * take away. The right to do so is checked before the grants are read, so that a refusal does not
 * reveal whether there are any.
 * @throws Refusal `sharing-unknown-role`, `sharing-forbidden`
 */
export function takeable(
  changeContext: ChangeContext,
  principal: SubjectReference,
  roleName: string,
): readonly HeldRole[] {
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
): readonly HeldRole[] {
  const relationship = graph.find({ resource, relation: role.name, subject })
  return relationship === null ? [] : [{ role, relationship }]
}

export function notGranted(principal: SubjectReference, roleName: string): Refusal {
  const role = roleName === '' ? 'any role' : `the role \`${roleName}\``
  return new Refusal(
    'sharing-not-granted',
    `\`${printSubject(principal)}\` has not been given ${role} here`,
    { principal: printSubject(principal), ...(roleName !== '' && { role: roleName }) },
  )
}
