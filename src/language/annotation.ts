// Type annotations (`permission view: user | group = …`). Under `use typechecking` an annotation is
// binding: it must name the type of every object that can have the permission.

import { refuseExcess } from './bounds.js'
import type { Core } from './compiler.js'
import { incompleteAnnotation } from './mistakes.js'
import type { Report } from './report.js'
import type { MemberId, Permission } from './schema.js'
import type { SchemaScope } from './scope.js'
import { type Sources, toSources } from './sources.js'
import type { Work } from './steps.js'

/** Number of members that are visited between two pauses. */
const MEMBERS_PER_PAUSE = 16

interface AnnotationCheck {
  readonly schema: Core
  readonly scope: SchemaScope
  /** Bound on the members behind all annotated permissions together. */
  readonly max: number
}

/**
 * Reports each annotation that leaves out a possible subject type.
 * @throws OutOfBounds
 */
export function* checkAnnotations(
  { schema, scope, max }: AnnotationCheck,
  report: Report,
): Work<void> {
  const permissions = schema.members.filter(isAnnotated)
  if (permissions.length === 0) return
  const sources = yield* toSources(schema.members, schema.member)
  let remaining = max
  for (const { id, definition, name, annotation } of permissions) {
    const at = scope.definitions.get(definition)!.members.get(name)!.name
    const annotated = new Set(annotation)
    const types = new Set<string>()
    for (const member of sourcesBehind(sources, id)) {
      if (--remaining < 0) {
        const found = { max, what: 'relations and permissions behind annotated permissions' }
        refuseExcess(report, 'too-many-annotations', found, at)
      }
      if (remaining % MEMBERS_PER_PAUSE === 0) yield null
      for (const type of sources[member].types) types.add(type)
    }
    const missing = [...types].filter(type => !annotated.has(type))
    if (missing.length === 0) continue
    report.add(incompleteAnnotation({ definition, member: name }, missing, at))
  }
}

const isAnnotated = (member: Core['members'][number]): member is Permission =>
  member.kind === 'permission' && member.annotation.length > 0

/** Yields the member and every member that its subjects come from, at any distance. */
function* sourcesBehind(sources: readonly Sources[], first: MemberId): Generator<MemberId> {
  // A set may grow while it is iterated: members that are added are visited as well.
  const found = new Set([first])
  for (const member of found) {
    yield member
    for (const source of sources[member].members) found.add(source)
  }
}
