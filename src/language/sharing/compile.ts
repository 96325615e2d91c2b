// From the clauses of all definitions to declarations, or to what is wrong with them: a declaration
// that is accepted can be relied on without looking again.

import type { Core } from '../compiler.js'
import type { Report } from '../report.js'
import type { SchemaScope } from '../scope.js'
import type { SchemaNode } from '../syntax.js'
import type { SharingDeclarations } from './declaration.js'
import { gatherClauses, reportMisplaced, type Said } from './gather.js'
import { checkPrincipals } from './principals.js'
import { toScopeDeclaration } from './scopes.js'
import { toSharedDeclaration } from './shared.js'

/** @param schema sound, and of the same text as the others */
export function compileSharing(
  schema: Core,
  { tree, scope }: { readonly tree: SchemaNode; readonly scope: SchemaScope },
  report: Report,
): SharingDeclarations {
  reportMisplaced(tree, report)
  const said: Said[] = []
  for (const definition of scope.definitions.values()) {
    const clauses = gatherClauses(definition, report)
    if (clauses !== null) said.push({ definition, clauses })
  }
  const scopes = byName(said.flatMap(each => toScopeDeclaration(each, report)))
  const shared = byName(
    said.flatMap(each => toSharedDeclaration({ ...each, schema, scopes }, report)),
  )
  if (report.isEmpty) checkPrincipals({ schema, scope, shared, scopes }, report)
  return { shared, scopes }
}

const byName = <T extends { readonly definition: string }>(
  all: readonly T[],
): ReadonlyMap<string, T> => new Map(all.map(each => [each.definition, each]))
