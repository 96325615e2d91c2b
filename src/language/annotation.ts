// Type annotations (`permission view: user | group = …`), which `use typechecking` makes binding: an
// annotation must name the type of every object that can have the permission.

import type { Core } from './compiler.js'
import { incompleteAnnotation } from './mistakes.js'
import type { Report } from './report.js'
import type { MemberId, Permission } from './schema.js'
import type { SchemaScope } from './scope.js'
import { type Sources, toSources } from './sources.js'

export function checkAnnotations(schema: Core, scope: SchemaScope, report: Report): void {
  const annotated = schema.members.filter(isAnnotated)
  if (annotated.length === 0) return
  const sources = toSources(schema.members, schema.member)
  for (const { id, definition, name, annotation } of annotated) {
    const named = new Set(annotation)
    const missing = [...subjectTypes(sources, id)].filter(type => !named.has(type))
    if (missing.length === 0) continue
    const at = scope.definitions.get(definition)!.members.get(name)!.name
    report.add(incompleteAnnotation({ definition, member: name }, missing, at))
  }
}

const isAnnotated = (member: Core['members'][number]): member is Permission =>
  member.kind === 'permission' && member.annotation.length > 0

function subjectTypes(sources: readonly Sources[], first: MemberId): ReadonlySet<string> {
  const types = new Set<string>()
  // A set that grows while it is walked: what was added is walked too.
  const found = new Set([first])
  for (const member of found) {
    for (const type of sources[member].types) types.add(type)
    for (const source of sources[member].members) found.add(source)
  }
  return types
}
