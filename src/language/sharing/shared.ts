// What definitions say as things that are shared: roles, what they belong to, and the guards.

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
import { type Placed, type Said, spotOf } from './gather.js'
import { mistake } from './mistakes.js'

interface Saying extends Said {
  readonly schema: Core
  readonly scopes: ReadonlyMap<string, ScopeDeclaration>
}

/** One, or none: also when what it says is not to be relied on. */
export function* toSharedDeclaration(
  saying: Saying,
  report: Report,
): Work<readonly SharedDeclaration[]> {
  const { definition, clauses } = saying
  if (clauses.roles.length === 0) {
    reportUnshared(saying, report)
    return []
  }
  const manage = nameOf(saying, 'manage')
  if (manage === null) {
    const [{ node }] = clauses.roles
    const message = 'found a role, expected `manage` on a permission of the definition too'
    report.add(mistake(spotOf(definition, node), 'no-manage', message))
    return []
  }
  reportRepeated(saying, report)
  const roles: Role[] = []
  for (const placed of clauses.roles) {
    roles.push(toRole(saying, { ...placed, manage }, report))
    yield null
  }
  return [
    {
      definition: definition.name,
      roles,
      scope: toScopeLink(saying, report),
      access: nameOf(saying, 'access'),
      sheet: nameOf(saying, 'sheet') ?? manage,
      manage,
      remove: nameOf(saying, 'remove') ?? manage,
      adding: toAdding(saying, report),
    },
  ]
}

const nameOf = ({ clauses }: Said, kind: PlainKind): string | null =>
  clauses.plain.get(kind)?.name.text ?? null

/** Guards of nothing. */
function reportUnshared({ definition, clauses }: Said, report: Report): void {
  const guards = ['scope', 'access', 'sheet', 'manage', 'remove'] as const
  const found = guards.flatMap(kind => {
    const node = clauses.plain.get(kind)
    return node === undefined ? [] : [{ kind, node }]
  })
  const add = clauses.add === null ? [] : [{ kind: 'add', node: clauses.add.node }]
  for (const { kind, node } of [...found, ...add]) {
    const message = `found \`${kind}\`, expected a relation with \`role\` in the definition too`
    report.add(mistake(spotOf(definition, node), 'no-role', message))
  }
}

/** A new thing is shared in one role, and its maker has one. */
function reportRepeated({ definition, clauses }: Said, report: Report): void {
  const words = { default: 'isDefault', maker: 'isMakers' } as const
  for (const [word, key] of Object.entries(words)) {
    const [, second] = clauses.roles.filter(({ clause }) => clause[key])
    if (second === undefined) continue
    const message = `found a second role that is \`${word}\`, expected one in a definition`
    report.add(mistake(spotOf(definition, second.node), 'clause-repeated', message))
  }
}

interface Naming extends Placed<RoleClause> {
  readonly manage: string
}

function toRole(saying: Saying, { clause, node, manage }: Naming, report: Report): Role {
  const { definition, schema, scopes } = saying
  const { managedBy } = clause
  if (managedBy !== null && !definition.members.has(managedBy)) {
    const message = `found \`managed by ${managedBy}\`, expected a permission of \`${definition.name}\``
    const hint = () => suggestion(managedBy, definition.members.keys())
    report.add(mistake(spotOf(definition, node), 'unknown-permission', message, hint))
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

function toScopeLink({ definition, clauses, schema }: Saying, report: Report): ScopeLink | null {
  const node = clauses.plain.get('scope')
  if (node === undefined) return null
  const { types } = schema.member(definition.name, node.name.text) as Relation
  const [type] = types
  if (types.length === 1 && isPlain(type)) return { relation: node.name.text, type: type.type }
  const message = '`scope` leads to one object, expected one type without conditions'
  report.add(mistake(spotOf(definition, node), 'scope-type', message))
  return null
}

const isPlain = ({ relation, wildcard, caveat, expiration }: AllowedType): boolean =>
  relation === '' && !wildcard && caveat === null && !expiration

function toAdding({ definition, clauses }: Saying, report: Report): Adding | null {
  if (clauses.add === null) return null
  const { clause, node } = clauses.add
  const names = clauses.roles.map(role => role.node.name.text)
  if (!names.includes(clause.role)) {
    const message = `found \`add ${clause.role}\`, expected a role of \`${definition.name}\``
    const hint = () => suggestion(clause.role, names)
    report.add(mistake(spotOf(definition, node), 'unknown-role', message, hint))
  }
  return { permission: node.name.text, role: clause.role }
}
