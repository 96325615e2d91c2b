// What definitions say as scopes: who belongs to one, and who makes things in it; and where chains of
// scopes end.

import type { Report } from '../report.js'
import type { ScopeDeclaration } from './declaration.js'
import { type Said, spotOf } from './gather.js'
import { mistake } from './mistakes.js'

/** One, or none. */
export function toScopeDeclaration(
  { definition, clauses }: Said,
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
    const message = `\`${kind}\` is said of what people belong to, expected \`people\` in the definition too`
    report.add(mistake(spotOf(definition, node), 'no-people', message))
  }
  return []
}
