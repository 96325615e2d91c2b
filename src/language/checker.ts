// The type check of a schema: every name must be declared and may be used only where its kind fits.
// All mistakes are reported at once, except for consequences of a mistake reported earlier.

import { printAllowedType, toAllowedType } from './allowed.js'
import {
  caveatNotFound,
  definitionNotFound,
  duplicateAllowedRelation,
  permissionLeftOfArrow,
  permissionsCycle,
  relationNotFound,
  transitiveWildcard,
  type Wildcard,
  wildcardInArrow,
} from './mistakes.js'
import type { Report } from './report.js'
import type { DefinitionScope, SchemaScope } from './scope.js'
import type { Work } from './steps.js'
import type {
  ArrowNode,
  ExpressionNode,
  Name,
  PermissionNode,
  RelationNode,
  SubjectTypeNode,
} from './syntax.js'
import { wildcardsOf } from './wildcards.js'

/** Reports the type mistakes of all definitions. */
export function* checkTypes(scope: SchemaScope, report: Report): Work<void> {
  const definitions = [...scope.definitions.values()]
  const wildcards = new Map<string, ReadonlyMap<string, Wildcard>>()
  for (const each of definitions) wildcards.set(each.name, yield* wildcardsOf(each))
  for (const definition of definitions) {
    const context = { scope, report, wildcards, definition }
    for (const member of definition.members.values()) {
      if (member.kind === 'relation') yield* checkRelation(context, member)
      else yield* checkExpression(context, member, member.expression)
    }
    yield* checkAliases(definition, report)
  }
}

/** What the checks of one definition need. */
interface Context {
  readonly scope: SchemaScope
  readonly report: Report
  /** Wildcards by definition, then by relation. */
  readonly wildcards: ReadonlyMap<string, ReadonlyMap<string, Wildcard>>
  /** The definition that is being checked. */
  readonly definition: DefinitionScope
}

function* checkRelation(context: Context, relation: RelationNode): Work<void> {
  const { report, definition } = context
  const seen = new Set<string>()
  for (const node of relation.types) {
    yield null
    const text = printAllowedType(toAllowedType(node))
    if (seen.has(text)) {
      const member = { definition: definition.name, member: relation.name.text }
      report.add(duplicateAllowedRelation(member, text, node))
    } else {
      checkSubject(context, relation, node)
      if (node.caveat !== null) checkCaveat(context, relation, node.caveat)
    }
    seen.add(text)
  }
}

function checkSubject(context: Context, relation: RelationNode, node: SubjectTypeNode): void {
  const { scope, report, wildcards, definition } = context
  const subject = scope.definitions.get(node.type.text)
  if (subject === undefined) {
    if (scope.isBroken(node.type.text)) return
    report.add(definitionNotFound(node.type, scope.definitions.keys()))
  } else if (node.relation !== null && requireMember(context, subject, node.relation)) {
    const wildcard = wildcards.get(subject.name)?.get(node.relation.text)
    if (subject === definition || wildcard === undefined) return
    const member = { definition: definition.name, member: relation.name.text }
    const set = `${subject.name}#${node.relation.text}`
    report.add(transitiveWildcard(member, { set, wildcard }, node))
  }
}

/** Whether the definition declares the name. Reports the name if it does not. */
function requireMember({ report }: Context, definition: DefinitionScope, name: Name): boolean {
  if (definition.members.has(name.text)) return true
  if (!definition.isBroken(name.text)) {
    report.add(relationNotFound(definition.name, name, definition.members.keys()))
  }
  return false
}

function checkCaveat({ scope, report }: Context, relation: RelationNode, caveat: Name): void {
  if (scope.caveats.has(caveat.text) || scope.isBroken(caveat.text)) return
  report.add(caveatNotFound(relation.name.text, caveat, scope.caveats))
}

function* checkExpression(
  context: Context,
  permission: PermissionNode,
  node: ExpressionNode,
): Work<void> {
  yield null
  switch (node.kind) {
    case 'nil':
    case 'self':
      return
    case 'name':
      requireMember(context, context.definition, node)
      return
    case 'arrow':
      checkArrow(context, permission, node)
      return
    case 'exclusion':
      yield* checkExpression(context, permission, node.base)
      yield* checkExpression(context, permission, node.excluded)
      return
    default:
      for (const operand of node.operands) yield* checkExpression(context, permission, operand)
  }
}

/**
 * Checks the left side of an arrow. The right side may be any name: subjects whose definition lacks
 * it add nothing.
 */
function checkArrow(context: Context, permission: PermissionNode, node: ArrowNode): void {
  const { report, wildcards, definition } = context
  if (!requireMember(context, definition, node.relation)) return
  const relation = node.relation.text
  const member = { definition: definition.name, member: permission.name.text }
  if (definition.members.get(relation)?.kind === 'permission') {
    report.add(permissionLeftOfArrow(member, relation, node))
    return
  }
  const wildcard = wildcards.get(definition.name)?.get(relation)
  if (wildcard !== undefined) report.add(wildcardInArrow(member, { relation, wildcard }, node))
}

/** Reports permissions that are only aliases of one another in a cycle, and so have no meaning. */
function* checkAliases(definition: DefinitionScope, report: Report): Work<void> {
  const visited = new Set<string>()
  for (const first of definition.members.keys()) {
    yield null
    const path = new Set<string>()
    let name: string | null = first
    while (name !== null && !visited.has(name) && !path.has(name)) {
      path.add(name)
      name = aliasOf(definition, name)
    }
    if (name !== null && path.has(name)) {
      const names = [...path]
      const cycle = names.slice(names.indexOf(name))
      const at = definition.members.get(name)!
      report.add(permissionsCycle(definition.name, cycle, at.name))
    }
    for (const each of path) visited.add(each)
  }
}

/** The name that a permission is a mere alias of, or null. */
function aliasOf(definition: DefinitionScope, name: string): string | null {
  const member = definition.members.get(name)
  if (member?.kind !== 'permission' || member.expression.kind !== 'name') return null
  return member.expression.text
}
