// What the schema declares about an object: its roles, the principals that they admit, and the
// scope that it belongs to. What the schema does not declare is refused.

import {
  type PrincipalForm,
  type PrincipalKind,
  type Role,
  requireDefinition,
  type Schema,
  type SharedDeclaration,
} from '../language/index.js'
import {
  type ObjectReference,
  printObject,
  printSubject,
  Refusal,
  type SubjectReference,
  WILDCARD,
} from '../terms/index.js'
import { type Graph, plain } from './graph.js'

/** @throws Refusal `unknown-definition`, `sharing-undeclared` */
export function requireShared(schema: Schema, type: string): SharedDeclaration {
  requireDefinition(schema, type)
  const declaration = schema.sharing.shared.get(type)
  if (declaration !== undefined) return declaration
  throw new Refusal(
    'sharing-undeclared',
    `\`${type}\` is not shared: the schema declares no \`@sharing role\` in it`,
    { definition_name: type },
  )
}

/** @throws Refusal `sharing-unknown-role` */
export function requireRole({ definition, roles }: SharedDeclaration, name: string): Role {
  const role = roles.find(each => each.name === name)
  if (role !== undefined) return role
  const known = roles.map(each => `\`${each.name}\``).join(', ')
  throw new Refusal(
    'sharing-unknown-role',
    `\`${name}\` is no role of \`${definition}\`, expected one of ${known}`,
    { definition_name: definition, role: name },
  )
}

/** The form of principal as which the role admits the principal, if it does. */
export const formOf = (
  { principals }: Pick<Role, 'principals'>,
  principal: SubjectReference,
): PrincipalForm | undefined =>
  principals.find(
    ({ kind, type, relation }) =>
      type === principal.type &&
      relation === principal.relation &&
      (principal.relation !== '' || (kind === 'everyone') === (principal.id === WILDCARD)),
  )

/** The form of principal as which any of the roles admits the principal. */
export const formIn = (
  { roles }: SharedDeclaration,
  principal: SubjectReference,
): PrincipalForm | undefined =>
  roles.map(role => formOf(role, principal)).find(form => form !== undefined)

export function kindOf(
  { sharing }: Schema,
  { type, id, relation }: SubjectReference,
): PrincipalKind {
  if (id === WILDCARD || sharing.scopes.get(type)?.people === relation) return 'everyone'
  return relation === '' ? 'person' : 'group'
}

/**
 * The scope of an object, to which the principals that it is shared with must belong too. It is
 * found by following the declared relations upwards. A scope that belongs to nothing is its own
 * scope. Null when the schema declares none, or when an object on the way has no parent or several.
 */
export function scopeOf(graph: Graph, object: ObjectReference): ObjectReference | null {
  const { shared, scopes } = graph.view.schema.sharing
  if (!shared.get(object.type)?.scope) return scopes.has(object.type) ? object : null
  let current: ObjectReference = object
  do {
    const link = shared.get(current.type)?.scope
    if (!link) return null
    const parents = graph.row(current, link.relation)
    const { value: parent } = parents.next()
    if (!parent || !parents.next().done) return null
    current = { type: parent.subject.type, id: parent.subject.id }
  } while (!scopes.has(current.type))
  return current
}

export const isSame = (a: ObjectReference | null, b: ObjectReference | null): boolean =>
  a !== null && b !== null && a.type === b.type && a.id === b.id

/**
 * Requires that the role admits the principal and that the principal belongs to the resource's
 * scope. A person who gets a role of a scope itself need not belong to it yet.
 * @throws Refusal `sharing-not-admitted`, `sharing-scope-missing`, `sharing-person-outside`,
 *   `sharing-group-outside`
 */
export function requirePrincipal(
  graph: Graph,
  resource: ObjectReference,
  role: Role,
  principal: SubjectReference,
): PrincipalForm {
  const form = formOf(role, principal)
  if (form === undefined) throw notAdmitted(resource, role, principal)
  const { shared, scopes } = graph.view.schema.sharing
  const hasScope = shared.get(resource.type)!.scope !== null
  if (principal.id === WILDCARD || (!hasScope && !scopes.has(resource.type))) return form
  const scope = scopeOf(graph, resource)
  if (scope === null) throw scopeMissing(resource)
  if (form.kind === 'person') {
    if (hasScope) requireWithin(graph, scope, principal)
    return form
  }
  const home = form.kind === 'everyone' ? principal : scopeOf(graph, principal)
  if (isSame(home, scope)) return form
  throw new Refusal(
    'sharing-group-outside',
    `\`${printSubject(principal)}\` does not belong to \`${printObject(scope)}\`, as ` +
      `\`${printObject(resource)}\` does`,
    { principal: printSubject(principal), scope: printObject(scope) },
  )
}

/** Whether the person belongs to the scope. */
export const isWithin = (graph: Graph, scope: ObjectReference, person: ObjectReference): boolean =>
  graph.may(scope, graph.view.schema.sharing.scopes.get(scope.type)!.people, plain(person))

/** @throws Refusal `sharing-person-outside` */
export function requireWithin(graph: Graph, scope: ObjectReference, person: ObjectReference): void {
  if (isWithin(graph, scope, person)) return
  throw new Refusal(
    'sharing-person-outside',
    `\`${printObject(person)}\` does not belong to \`${printObject(scope)}\``,
    { principal: printObject(person), scope: printObject(scope) },
  )
}

export const scopeMissing = (resource: ObjectReference): Refusal =>
  new Refusal(
    'sharing-scope-missing',
    `\`${printObject(resource)}\` belongs to nothing, or to several: it cannot be told with ` +
      'whom it may be shared',
    { resource: printObject(resource) },
  )

function notAdmitted(
  { type }: ObjectReference,
  { name, principals }: Role,
  principal: SubjectReference,
): Refusal {
  const expected = principals.map(form => `\`${form.type}${formEnding(form)}\``).join(', ')
  return new Refusal(
    'sharing-not-admitted',
    `\`${printSubject(principal)}\` cannot have the role \`${name}\` of \`${type}\`, expected ` +
      `one of ${expected}`,
    { principal: printSubject(principal), definition_name: type, role: name },
  )
}

function formEnding({ kind, relation }: PrincipalForm): string {
  if (relation !== '') return `#${relation}`
  return kind === 'everyone' ? `:${WILDCARD}` : ''
}
