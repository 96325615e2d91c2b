// The compilation of sharing declarations: from the clauses of all definitions to declarations, or
// to reports of what is wrong with them. The sharing API relies on an accepted declaration without
// further checks.

import type { Core } from '../compiler.js'
import type { Report } from '../report.js'
import type { SchemaScope } from '../scope.js'
import type { Work } from '../steps.js'
import type { SchemaNode } from '../syntax.js'
import type { SharedDeclaration, SharingDeclarations } from './declaration.js'
import { type AnnotatedDefinition, gatherClauses, reportMisplaced } from './gather.js'
import { checkPrincipals } from './principals.js'
import { toScopeDeclaration } from './scopes.js'
import { toSharedDeclaration } from './shared.js'

/**
 * Compiles the sharing declarations of a schema.
 * @param schema the compiled schema of the same text as `tree` and `scope`
 */
export function* compileSharing(
  schema: Core,
  { tree, scope }: { readonly tree: SchemaNode; readonly scope: SchemaScope },
  report: Report,
): Work<SharingDeclarations> {
  yield* reportMisplaced(tree, report)
  const annotated: AnnotatedDefinition[] = []
  for (const definition of scope.definitions.values()) {
    const clauses = yield* gatherClauses(definition, report)
    if (clauses !== null) annotated.push({ definition, clauses })
  }
  const scopes = byName(annotated.flatMap(each => toScopeDeclaration(each, report)))
  const all: SharedDeclaration[] = []
  for (const each of annotated) {
    all.push(...(yield* toSharedDeclaration({ ...each, schema, scopes }, report)))
  }
  const shared = byName(all)
  if (report.isEmpty) yield* checkPrincipals({ schema, scope, shared, scopes }, report)
  return { shared, scopes }
}

const byName = <T extends { readonly definition: string }>(
  all: readonly T[],
): ReadonlyMap<string, T> => new Map(all.map(each => [each.definition, each]))
