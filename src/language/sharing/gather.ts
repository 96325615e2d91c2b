// The clauses of one definition, each with the relation or permission in whose comment it stands. Holds
// each clause to where it may stand, and to standing once.

import type { Report } from '../report.js'
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
import { mistake, type Spot } from './mistakes.js'

type MemberNode = RelationNode | PermissionNode

export interface Placed<C> {
  readonly clause: C
  readonly node: MemberNode
}

/** What a definition says. */
interface Clauses {
  readonly roles: readonly (Placed<RoleClause> & { readonly node: RelationNode })[]
  readonly add: Placed<AddClause> | null
  readonly plain: ReadonlyMap<PlainKind, MemberNode>
}

export const spotOf = ({ name: definition }: DefinitionScope, node: MemberNode): Spot => ({
  definition,
  member: node.name.text,
  at: node.name,
})

/** A definition that says something. */
export interface Said {
  readonly definition: DefinitionScope
  readonly clauses: Clauses
}

/** Null for a definition that says nothing. */
export function* gatherClauses(scope: DefinitionScope, report: Report): Work<Clauses | null> {
  const found: Placed<Clause | BadClause>[] = []
  for (const node of scope.members.values()) {
    yield null
    for (const clause of readClauses(node.comment)) found.push({ clause, node })
  }
  if (found.length === 0) return null
  const roles: (Placed<RoleClause> & { readonly node: RelationNode })[] = []
  const plain = new Map<PlainKind, MemberNode>()
  let add: Placed<AddClause> | null = null
  for (const { clause, node } of found) {
    yield null
    const fault = faultOf(clause, node)
    if (fault !== null) report.add(mistake(spotOf(scope, node), fault.code, fault.message))
    else if (clause.kind === 'role' && node.kind === 'relation') {
      if (roles.at(-1)?.node === node) report.add(twice(scope, node, 'role'))
      roles.push({ clause, node })
    } else if (clause.kind === 'add') {
      if (add !== null) report.add(twice(scope, node, 'add'))
      add = { clause, node }
    } else if (clause.kind !== 'role' && clause.kind !== 'bad') {
      if (plain.has(clause.kind)) report.add(twice(scope, node, clause.kind))
      plain.set(clause.kind, node)
    }
  }
  return { roles, add, plain }
}

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

const twice = (scope: DefinitionScope, node: MemberNode, kind: string) =>
  mistake(
    spotOf(scope, node),
    'clause-repeated',
    `found a second \`${kind}\`, expected one ${kind === 'role' ? 'on a relation' : 'in a definition'}`,
  )

/** What is said of a whole, which has no part in sharing. */
export function* reportMisplaced({ tops }: SchemaNode, report: Report): Work<void> {
  for (const top of tops) {
    yield null
    if (top.kind === 'broken' || readClauses(top.comment).length === 0) continue
    const spot = { definition: top.name.text, member: null, at: top.name }
    const message = `found in the comment of a ${top.kind}, expected in that of a relation or permission`
    report.add(mistake(spot, 'misplaced', message))
  }
}
