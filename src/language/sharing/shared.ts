// Declarations of shared definitions: the roles of an object, its scope, and the permissions that
// sharing it requires.

import type { Core } from '../compiler.js'
import type { Report } from '../report.js'
import type { AllowedType, Relation } from '../schema.js'
import type { Work } from '../steps.js'
import { suggestion } from '../suggestion.js'
import type { PlainKind, RoleClause } from './clauses.js'
import type {
  Adding,
  PrincipalForm,
  Role,
  ScopeDeclaration,
  ScopeLink,
  SharedDeclaration,
} from './declaration.js'
import { type AnnotatedDefinition, locationOf, type PlacedClause } from './gather.js'
import { mistake } from './mistakes.js'

/** A definition with clauses, and what their compilation needs. */
interface SharingContext extends AnnotatedDefinition {
  readonly schema: Core
  readonly scopes: ReadonlyMap<string, ScopeDeclaration>
}

/**
 * The shared declaration of a definition. An empty list if it declares no roles, or after a mistake
 * that makes the declaration unusable.
 */
export function* toSharedDeclaration(
  context: SharingContext,
  report: Report,
): Work<readonly SharedDeclaration[]> {
  const { definition, clauses } = context
  if (clauses.roles.length === 0) {
    reportUnshared(context, report)
    return []
  }
  const manage = nameOf(context, 'manage')
  if (manage === null) {
    const [{ node }] = clauses.roles
    const message = 'found a role, expected `manage` on a permission of the definition too'
    report.add(mistake(locationOf(definition, node), 'no-manage', message))
    return []
  }
  reportRepeated(context, report)
  const roles: Role[] = []
  for (const placed of clauses.roles) {
    roles.push(toRole(context, { ...placed, manage }, report))
    yield null
  }
  return [
    {
      definition: definition.name,
      roles,
      scope: toScopeLink(context, report),
      access: nameOf(context, 'access'),
      sheet: nameOf(context, 'sheet') ?? manage,
      manage,
      remove: nameOf(context, 'remove') ?? manage,
      adding: toAdding(context, report),
    },
  ]
}

const nameOf = ({ clauses }: AnnotatedDefinition, kind: PlainKind): string | null =>
  clauses.plain.get(kind)?.name.text ?? null

/** Reports clauses that have no meaning in a definition without roles. */
function reportUnshared({ definition, clauses }: AnnotatedDefinition, report: Report): void {
  const guards = ['scope', 'access', 'sheet', 'manage', 'remove'] as const
  const found = guards.flatMap(kind => {
    const node = clauses.plain.get(kind)
    return node === undefined ? [] : [{ kind, node }]
  })
  const add = clauses.add === null ? [] : [{ kind: 'add', node: clauses.add.node }]
  for (const { kind, node } of [...found, ...add]) {
    const message = `found \`${kind}\`, expected a relation with \`role\` in the definition too`
    report.add(mistake(locationOf(definition, node), 'no-role', message))
  }
}

/**
 * Reports a second `default` or `maker` role. A new object is shared in one role, and its maker
 * receives one.
 */
function reportRepeated({ definition, clauses }: AnnotatedDefinition, report: Report): void {
  const words = { default: 'isDefault', maker: 'isMakers' } as const
  for (const [word, key] of Object.entries(words)) {
    const [, second] = clauses.roles.filter(({ clause }) => clause[key])
    if (second === undefined) continue
    const message = `found a second role that is \`${word}\`, expected one in a definition`
    report.add(mistake(locationOf(definition, second.node), 'clause-repeated', message))
  }
}

/** A role clause, with the permission that manages the definition's grants. */
interface PlacedRole extends PlacedClause<RoleClause> {
  readonly manage: string
}

function toRole(
  context: SharingContext,
  { clause, node, manage }: PlacedRole,
  report: Report,
): Role {
  const { definition, schema, scopes } = context
  const { managedBy } = clause
  if (managedBy !== null && !definition.members.has(managedBy)) {
    const expected = `a permission of \`${definition.name}\``
    const message = `found \`managed by ${managedBy}\`, expected ${expected}`
    const hint = () => suggestion(managedBy, definition.members.keys())
    report.add(mistake(locationOf(definition, node), 'unknown-permission', message, hint))
  }
  const relation = schema.member(definition.name, node.name.text) as Relation
  return {
    name: node.name.text,
    managedBy: managedBy ?? manage,
    neverEmpty: clause.neverEmpty,
    isDefault: clause.isDefault,
    isMakers: clause.isMakers,
    principals: toForms(relation, scopes),
  }
}

/** The kinds of principal that a relation admits, each once. */
function toForms(
  { types }: Relation,
  scopes: ReadonlyMap<string, ScopeDeclaration>,
): readonly PrincipalForm[] {
  const forms = new Map<string, PrincipalForm>()
  for (const { type, relation, wildcard } of types) {
    const isEveryone = wildcard || scopes.get(type)?.people === relation
    const kind = isEveryone ? 'everyone' : relation === '' ? 'person' : 'group'
    forms.set(`${type} ${relation} ${wildcard}`, { kind, type, relation })
  }
  return [...forms.values()]
}

function toScopeLink(
  { definition, clauses, schema }: SharingContext,
  report: Report,
): ScopeLink | null {
  const node = clauses.plain.get('scope')
  if (node === undefined) return null
  const { types } = schema.member(definition.name, node.name.text) as Relation
  const [type] = types
  if (types.length === 1 && isPlain(type)) return { relation: node.name.text, type: type.type }
  const message = '`scope` leads to one object, expected one type without conditions'
  report.add(mistake(locationOf(definition, node), 'scope-type', message))
  return null
}

const isPlain = ({ relation, wildcard, caveat, expiration }: AllowedType): boolean =>
  relation === '' && !wildcard && caveat === null && !expiration

function toAdding({ definition, clauses }: SharingContext, report: Report): Adding | null {
  if (clauses.add === null) return null
  const { clause, node } = clauses.add
  const names = clauses.roles.map(role => role.node.name.text)
  if (!names.includes(clause.role)) {
    const message = `found \`add ${clause.role}\`, expected a role of \`${definition.name}\``
    const hint = () => suggestion(clause.role, names)
    report.add(mistake(locationOf(definition, node), 'unknown-role', message, hint))
  }
  return { permission: node.name.text, role: clause.role }
}
