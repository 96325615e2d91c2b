// What a schema's names stand for, while it is being checked: definitions with their members, and
// caveats. Names that belong to something broken are known to be unknown, and nobody's mistake.

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

export interface SchemaScope {
  readonly definitions: ReadonlyMap<string, DefinitionScope>
  readonly caveats: ReadonlySet<string>
  /** Whether a definition or caveat of that name may be in a part that could not be read. */
  isBroken(name: string): boolean
}

export interface DefinitionScope {
  readonly name: string
  readonly node: DefinitionNode
  /** In the order of the text, each name once. */
  readonly members: ReadonlyMap<string, RelationNode | PermissionNode>
  /** Whether a member of that name may be in a part that could not be read. */
  isBroken(name: string): boolean
}

/** Reports members that share a name; the first of them, and of definitions, keeps it. */
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
  const caveats = schema.tops.flatMap(top => (top.kind === 'caveat' ? top.name.text : []))
  return { definitions, caveats: new Set(caveats), isBroken: brokenNames(schema.tops) }
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
