// Type annotations (`permission view: user | group = …`), which `use typechecking` makes binding: an
// annotation must name the type of every object that can have the permission.

import { incompleteAnnotation } from './mistakes.js'
import { sourcesOf } from './reach.js'
import type { Report } from './report.js'
import type { Member, Permission, Schema } from './schema.js'
import type { Scope } from './scope.js'

export function checkAnnotations(schema: Schema, scope: Scope, report: Report): void {
  for (const member of schema.members) {
    if (member.kind !== 'permission' || member.annotation.length === 0) continue
    const annotated = new Set(member.annotation)
    const missing = [...subjectTypes(schema, member)].filter(type => !annotated.has(type))
    if (missing.length === 0) continue
    const place = { definition: member.definition, member: member.name }
    const node = scope.definitions.get(member.definition)!.members.get(member.name)!
    report.add(incompleteAnnotation(place, missing, node.name))
  }
}

function subjectTypes(schema: Schema, permission: Permission): ReadonlySet<string> {
  const types = new Set<string>()
  // A set that grows while it is walked: what was added is walked too.
  const found = new Set<Member>([permission])
  for (const member of found) {
    for (const { type, relation } of sourcesOf(member, schema.members)) {
      const source = relation === '' ? undefined : schema.member(type, relation)
      if (source !== undefined) found.add(source)
      else if (relation === '') types.add(type)
    }
  }
  return types
}
