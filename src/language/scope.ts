// The names of a schema during the checks: definitions with their members, and caveats. A name that
// may have been declared in a broken part of the text is not reported as missing.

import { duplicateRelation } from './mistakes.js'
import type { ExpandedDefinition } from './partials.js'
import type { Report } from './report.js'
import type { Work } from './steps.js'
import {
  brokenNames,
  type DefinitionNode,
  type PermissionNode,
  type RelationNode,
  type SchemaNode,
} from './syntax.js'

/** The names that a schema declares. */
export interface SchemaScope {
  readonly definitions: ReadonlyMap<string, DefinitionScope>
  readonly caveats: ReadonlySet<string>
  /** Whether a part that could not be parsed may declare a definition or caveat of that name. */
  isBroken(name: string): boolean
}

/** The names that a definition declares. */
export interface DefinitionScope {
  readonly name: string
  readonly node: DefinitionNode
  /** The members in the order of the text, each name once. */
  readonly members: ReadonlyMap<string, RelationNode | PermissionNode>
  /** Whether a part that could not be parsed may declare a member of that name. */
  isBroken(name: string): boolean
}

/**
 * The names of a schema. The first declaration keeps a name that several share. Members that share
 * a name are reported here, definitions in `naming.ts`.
 */
export function* toScope(
  schema: SchemaNode,
  expanded: readonly ExpandedDefinition[],
  report: Report,
): Work<SchemaScope> {
  const definitions = new Map<string, DefinitionScope>()
  for (const definition of expanded) {
    const scope = yield* toDefinitionScope(definition, report)
    if (!definitions.has(scope.name)) definitions.set(scope.name, scope)
  }
  const caveats = schema.declarations.flatMap(declaration =>
    declaration.kind === 'caveat' ? declaration.name.text : [],
  )
  return { definitions, caveats: new Set(caveats), isBroken: brokenNames(schema.declarations) }
}

function* toDefinitionScope(
  { node, members, damaged }: ExpandedDefinition,
  report: Report,
): Work<DefinitionScope> {
  const name = node.name.text
  const byName = new Map<string, RelationNode | PermissionNode>()
  for (const member of members) {
    yield null
    if (member.kind === 'broken') continue
    if (byName.has(member.name.text)) report.add(duplicateRelation(name, member.name))
    else byName.set(member.name.text, member)
  }
  const isBroken = damaged ? () => true : brokenNames(members)
  return { name, node, members: byName, isBroken }
}
