// Scope declarations: the clauses that say who belongs to a scope such as an account, and who may
// create objects in it.

import type { Report } from '../report.js'
import type { ScopeDeclaration } from './declaration.js'
import { type AnnotatedDefinition, locationOf } from './gather.js'
import { mistake } from './mistakes.js'

/** The scope declaration of a definition, or an empty list if it declares no scope. */
export function toScopeDeclaration(
  { definition, clauses }: AnnotatedDefinition,
  report: Report,
): readonly ScopeDeclaration[] {
  const nameOf = (kind: 'people' | 'create for groups' | 'create for everyone'): string | null =>
    clauses.plain.get(kind)?.name.text ?? null
  const people = nameOf('people')
  if (people !== null) {
    return [
      {
        definition: definition.name,
        people,
        createForGroups: nameOf('create for groups'),
        createForEveryone: nameOf('create for everyone'),
      },
    ]
  }
  for (const kind of ['create for groups', 'create for everyone'] as const) {
    const node = clauses.plain.get(kind)
    if (node === undefined) continue
    const problem = `\`${kind}\` is said of what people belong to`
    const message = `${problem}, expected \`people\` in the definition too`
    report.add(mistake(locationOf(definition, node), 'no-people', message))
  }
  return []
}
