// Whether declarations fit together: scopes lead somewhere, and whom a role admits can belong there.

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
import { spotOf } from './gather.js'
import { mistake, type Spot } from './mistakes.js'

interface PrincipalFacts extends SharingDeclarations {
  readonly schema: Core
  readonly scope: SchemaScope
}

export function* checkPrincipals(facts: PrincipalFacts, report: Report): Work<void> {
  for (const declaration of facts.shared.values()) {
    const home = homeOf(facts, declaration)
    if (home === null && declaration.scope !== null) {
      const message =
        '`scope` leads to nothing that people belong to, expected it to lead to a definition with `people`'
      report.add(
        mistake(spotIn(facts, declaration, declaration.scope.relation), 'no-scope', message),
      )
      continue
    }
    for (const role of declaration.roles) {
      checkRole(facts, { declaration, role, home }, report)
      yield null
    }
    checkAdding(facts, declaration, report)
  }
}

/** The scope that objects of the definition belong to in the end, or are themselves; null for none. */
function homeOf(
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

interface HeldRelation {
  readonly declaration: SharedDeclaration
  readonly role: Role
  readonly home: ScopeDeclaration | null
}

function checkRole(facts: PrincipalFacts, held: HeldRelation, report: Report): void {
  const { declaration, role, home } = held
  const spot = spotIn(facts, declaration, role.name)
  const add = (code: string, message: string): void => report.add(mistake(spot, code, message))
  const has = (kind: PrincipalForm['kind']): boolean =>
    role.principals.some(form => form.kind === kind)
  if (role.neverEmpty && !has('person'))
    add('no-person', '`never empty` asks for people, found none')
  if (role.isMakers && !has('person')) add('no-person', '`maker` asks for people, found none')
  if (role.isDefault) checkDefault(held, add)
  if (home === null || home.definition === declaration.definition) return
  for (const form of role.principals) {
    const fault = strangerIn(facts, home, form)
    if (fault !== null) add('stranger', fault)
  }
}

function checkDefault(
  { role, home }: HeldRelation,
  add: (code: string, message: string) => void,
): void {
  const everyone = role.principals.filter(({ kind }) => kind === 'everyone')
  if (home === null) add('no-scope', '`default` asks for a `scope`, whose people it is shared with')
  else if (home.createForEveryone !== null && everyone.length !== 1) {
    const expected = `\`${home.definition}#${home.people}\``
    add('no-everyone', `\`default\` asks for everyone in one form, expected ${expected}`)
  }
}

/** Why whoever has the form cannot belong to the scope; null when it can. */
function strangerIn(
  facts: PrincipalFacts,
  home: ScopeDeclaration,
  { kind, type, relation }: PrincipalForm,
): string | null {
  const scope = `\`${home.definition}\``
  if (kind === 'person') {
    const people = facts.schema.member(home.definition, home.people)!
    if (facts.schema.reaches(people.id, type, '')) return null
    return `found \`${type}\`, which is never among the people of ${scope}`
  }
  if (relation === '' || type === home.definition) return null
  const group = facts.shared.get(type)
  if (group !== undefined && homeOf(facts, group)?.definition === home.definition) return null
  return `found \`${type}#${relation}\`, expected \`${type}\` to have a \`scope\` that leads to ${scope}`
}

function checkAdding(facts: PrincipalFacts, declaration: SharedDeclaration, report: Report): void {
  const { adding, roles } = declaration
  const role = roles.find(({ name }) => name === adding?.role)
  if (adding === null || role?.principals.some(({ kind }) => kind === 'group')) return
  const message = `\`add ${adding.role}\` asks for groups, found none in that role`
  report.add(mistake(spotIn(facts, declaration, adding.permission), 'no-group', message))
}

function spotIn(
  { scope }: PrincipalFacts,
  { definition }: SharedDeclaration,
  member: string,
): Spot {
  const place = scope.definitions.get(definition)!
  return spotOf(place, place.members.get(member)!)
}
