// The clauses of one definition, each with the relation or permission that carries it. A clause is
// reported if it is not allowed there, or if it repeats another.

import type { Mistake, Report } from '../report.js'
import type { DefinitionScope } from '../scope.js'
import type { Work } from '../steps.js'
import type { PermissionNode, RelationNode, SchemaNode } from '../syntax.js'
import {
  type AddClause,
  type BadClause,
  type Clause,
  type PlainKind,
  type RoleClause,
  readClauses,
} from './clauses.js'
import { type MistakeLocation, mistake } from './mistakes.js'

type MemberNode = RelationNode | PermissionNode

/** A clause with the relation or permission that carries it. */
export interface PlacedClause<C> {
  readonly clause: C
  readonly node: MemberNode
}

/** The clauses of one definition. */
interface Clauses {
  readonly roles: readonly (PlacedClause<RoleClause> & { readonly node: RelationNode })[]
  readonly add: PlacedClause<AddClause> | null
  readonly plain: ReadonlyMap<PlainKind, MemberNode>
}

/** The location of a mistake at this relation or permission. */
export const locationOf = (
  { name: definition }: DefinitionScope,
  node: MemberNode,
): MistakeLocation => ({
  definition,
  member: node.name.text,
  at: node.name,
})

/** A definition that has clauses. */
export interface AnnotatedDefinition {
  readonly definition: DefinitionScope
  readonly clauses: Clauses
}

/** The clauses of a definition, or null if it has none. */
export function* gatherClauses(scope: DefinitionScope, report: Report): Work<Clauses | null> {
  const found: PlacedClause<Clause | BadClause>[] = []
  for (const node of scope.members.values()) {
    yield null
    for (const clause of readClauses(node.comment)) found.push({ clause, node })
  }
  if (found.length === 0) return null
  const roles: (PlacedClause<RoleClause> & { readonly node: RelationNode })[] = []
  const plain = new Map<PlainKind, MemberNode>()
  let add: PlacedClause<AddClause> | null = null
  for (const { clause, node } of found) {
    yield null
    const fault = faultOf(clause, node)
    if (fault !== null) report.add(mistake(locationOf(scope, node), fault.code, fault.message))
    else if (clause.kind === 'role' && node.kind === 'relation') {
      if (roles.at(-1)?.node === node) report.add(repeated(scope, node, 'role'))
      roles.push({ clause, node })
    } else if (clause.kind === 'add') {
      if (add !== null) report.add(repeated(scope, node, 'add'))
      add = { clause, node }
    } else if (clause.kind !== 'role' && clause.kind !== 'bad') {
      if (plain.has(clause.kind)) report.add(repeated(scope, node, clause.kind))
      plain.set(clause.kind, node)
    }
  }
  return { roles, add, plain }
}

/** What is wrong with a clause at this relation or permission, or null. */
function faultOf(
  clause: Clause | BadClause,
  { kind }: MemberNode,
): { readonly code: string; readonly message: string } | null {
  if (clause.kind === 'bad') return { code: 'clause', message: clause.message }
  if (kind === 'relation' || (clause.kind !== 'role' && clause.kind !== 'scope')) return null
  return {
    code: 'not-a-relation',
    message: `\`${clause.kind}\` belongs to a relation, found a permission`,
  }
}

function repeated(scope: DefinitionScope, node: MemberNode, kind: string): Mistake {
  const expected = kind === 'role' ? 'one on a relation' : 'one in a definition'
  const message = `found a second \`${kind}\`, expected ${expected}`
  return mistake(locationOf(scope, node), 'clause-repeated', message)
}

/**
 * Reports clauses in the comments of definitions, partials and caveats, where they have no meaning.
 */
export function* reportMisplaced({ declarations }: SchemaNode, report: Report): Work<void> {
  for (const declaration of declarations) {
    yield null
    if (declaration.kind === 'broken' || readClauses(declaration.comment).length === 0) continue
    const location = { definition: declaration.name.text, member: null, at: declaration.name }
    const where = `found in the comment of a ${declaration.kind}`
    const message = `${where}, expected in that of a relation or permission`
    report.add(mistake(location, 'misplaced', message))
  }
}
