// The checks between declarations: every scope link must lead to a scope, and the principals that a
// role admits must be able to belong to that scope.

import type { Core } from '../compiler.js'
import type { Report } from '../report.js'
import type { SchemaScope } from '../scope.js'
import type { Work } from '../steps.js'
import type {
  PrincipalForm,
  Role,
  ScopeDeclaration,
  SharedDeclaration,
  SharingDeclarations,
} from './declaration.js'
import { locationOf } from './gather.js'
import { type MistakeLocation, mistake } from './mistakes.js'

interface PrincipalFacts extends SharingDeclarations {
  readonly schema: Core
  readonly scope: SchemaScope
}

/** Reports the declarations that do not fit the others. */
export function* checkPrincipals(facts: PrincipalFacts, report: Report): Work<void> {
  for (const declaration of facts.shared.values()) {
    const homeScope = scopeOf(facts, declaration)
    if (homeScope === null && declaration.scope !== null) {
      const problem = '`scope` leads to nothing that people belong to'
      const message = `${problem}, expected it to lead to a definition with \`people\``
      const location = locationIn(facts, declaration, declaration.scope.relation)
      report.add(mistake(location, 'no-scope', message))
      continue
    }
    for (const role of declaration.roles) {
      checkRole(facts, { declaration, role, homeScope }, report)
      yield null
    }
    checkAdding(facts, declaration, report)
  }
}

/**
 * The scope that objects of the definition belong to, found by following scope links. The
 * definition itself if it is a scope without a link. Null if there is no scope.
 */
function scopeOf(
  { shared, scopes }: SharingDeclarations,
  declaration: SharedDeclaration,
): ScopeDeclaration | null {
  const seen = new Set<string>()
  let link = declaration.scope
  if (link === null) return scopes.get(declaration.definition) ?? null
  while (link !== null && !seen.has(link.type)) {
    const scope = scopes.get(link.type)
    if (scope !== undefined) return scope
    seen.add(link.type)
    link = shared.get(link.type)?.scope ?? null
  }
  return null
}

/** A role with the declaration that it is part of and the scope of its objects. */
interface RoleInScope {
  readonly declaration: SharedDeclaration
  readonly role: Role
  readonly homeScope: ScopeDeclaration | null
}

/** Checks what a role requires of its principals. */
function checkRole(facts: PrincipalFacts, roleInScope: RoleInScope, report: Report): void {
  const { declaration, role, homeScope } = roleInScope
  const location = locationIn(facts, declaration, role.name)
  const add = (code: string, message: string): void => report.add(mistake(location, code, message))
  const has = (kind: PrincipalForm['kind']): boolean =>
    role.principals.some(form => form.kind === kind)
  if (role.neverEmpty && !has('person'))
    add('no-person', '`never empty` asks for people, found none')
  if (role.isMakers && !has('person')) add('no-person', '`maker` asks for people, found none')
  if (role.isDefault) checkDefault(roleInScope, add)
  if (homeScope === null || homeScope.definition === declaration.definition) return
  for (const form of role.principals) {
    const fault = outsiderFault(facts, homeScope, form)
    if (fault !== null) add('stranger', fault)
  }
}

function checkDefault(
  { role, homeScope }: RoleInScope,
  add: (code: string, message: string) => void,
): void {
  const everyone = role.principals.filter(({ kind }) => kind === 'everyone')
  if (homeScope === null)
    add('no-scope', '`default` asks for a `scope`, whose people it is shared with')
  else if (homeScope.createForEveryone !== null && everyone.length !== 1) {
    const expected = `\`${homeScope.definition}#${homeScope.people}\``
    add('no-everyone', `\`default\` asks for everyone in one form, expected ${expected}`)
  }
}

/** The reason why such a principal cannot belong to the scope, or null if it can. */
function outsiderFault(
  facts: PrincipalFacts,
  homeScope: ScopeDeclaration,
  { kind, type, relation }: PrincipalForm,
): string | null {
  const scope = `\`${homeScope.definition}\``
  if (kind === 'person') {
    const people = facts.schema.member(homeScope.definition, homeScope.people)!
    if (facts.schema.reaches(people.id, type, '')) return null
    return `found \`${type}\`, which is never among the people of ${scope}`
  }
  if (relation === '' || type === homeScope.definition) return null
  const group = facts.shared.get(type)
  if (group !== undefined && scopeOf(facts, group)?.definition === homeScope.definition) return null
  const expected = `\`${type}\` to have a \`scope\` that leads to ${scope}`
  return `found \`${type}#${relation}\`, expected ${expected}`
}

function checkAdding(facts: PrincipalFacts, declaration: SharedDeclaration, report: Report): void {
  const { adding, roles } = declaration
  const role = roles.find(({ name }) => name === adding?.role)
  if (adding === null || role?.principals.some(({ kind }) => kind === 'group')) return
  const message = `\`add ${adding.role}\` asks for groups, found none in that role`
  report.add(mistake(locationIn(facts, declaration, adding.permission), 'no-group', message))
}

function locationIn(
  { scope }: PrincipalFacts,
  { definition }: SharedDeclaration,
  member: string,
): MistakeLocation {
  const definitionScope = scope.definitions.get(definition)!
  return locationOf(definitionScope, definitionScope.members.get(member)!)
}
