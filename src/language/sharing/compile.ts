// From the clauses of all definitions to declarations, or to what is wrong with them: a declaration
// that is accepted can be relied on without looking again.

import type { Core } from '../compiler.js'
import type { Report } from '../report.js'
import type { SchemaScope } from '../scope.js'
import type { Work } from '../steps.js'
import type { SchemaNode } from '../syntax.js'
import type { SharedDeclaration, SharingDeclarations } from './declaration.js'
import { gatherClauses, reportMisplaced, type Said } from './gather.js'
import { checkPrincipals } from './principals.js'
import { toScopeDeclaration } from './scopes.js'
import { toSharedDeclaration } from './shared.js'

/** @param schema sound, and of the same text as the others */
export function* compileSharing(
  schema: Core,
  { tree, scope }: { readonly tree: SchemaNode; readonly scope: SchemaScope },
  report: Report,
): Work<SharingDeclarations> {
  yield* reportMisplaced(tree, report)
  const said: Said[] = []
  for (const definition of scope.definitions.values()) {
    const clauses = yield* gatherClauses(definition, report)
    if (clauses !== null) said.push({ definition, clauses })
  }
  const scopes = byName(said.flatMap(each => toScopeDeclaration(each, report)))
  const all: SharedDeclaration[] = []
  for (const each of said) {
    all.push(...(yield* toSharedDeclaration({ ...each, schema, scopes }, report)))
  }
  const shared = byName(all)
  if (report.isEmpty) yield* checkPrincipals({ schema, scope, shared, scopes }, report)
  return { shared, scopes }
}

const byName = <T extends { readonly definition: string }>(
  all: readonly T[],
): ReadonlyMap<string, T> => new Map(all.map(each => [each.definition, each]))
