// The guards of sharing: the permissions on the resource that an actor needs to act. A refusal
// names the missing permission and never who has access.

import type { Role } from '../language/index.js'
import { type ObjectReference, printObject, Refusal } from '../terms/index.js'
import { type Graph, plain } from './graph.js'

/** The actor of an operation, the resource, and the graph at the revision that decides. */
export interface Act {
  readonly graph: Graph
  readonly actor: ObjectReference
  readonly resource: ObjectReference
}

export const mayDo = ({ graph, actor, resource }: Act, permission: string): boolean =>
  graph.may(resource, permission, plain(actor))

/**
 * @param purpose completes "`edit` on `doc:1` is needed to …"
 * @throws Refusal `sharing-forbidden`
 */
export function requireRight(act: Act, permission: string, purpose: string): void {
  if (!mayDo(act, permission)) throw forbidden(act, permission, purpose)
}

/** @throws Refusal `sharing-forbidden` */
export function requireRoleRight(act: Act, role: Role): void {
  if (!mayDo(act, role.managedBy)) throw roleForbidden(act, role)
}

export const roleForbidden = (act: Act, { name, managedBy }: Role): Refusal =>
  forbidden(act, managedBy, `give and take the role \`${name}\``)

export function forbidden(
  { actor, resource }: Pick<Act, 'actor' | 'resource'>,
  permission: string,
  purpose: string,
): Refusal {
  return new Refusal(
    'sharing-forbidden',
    `\`${printObject(actor)}\` may not: \`${permission}\` on \`${printObject(resource)}\` is ` +
      `needed to ${purpose}`,
    { actor: printObject(actor), resource: printObject(resource), permission },
  )
}
