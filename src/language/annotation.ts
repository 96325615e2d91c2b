// Type annotations (`permission view: user | group = …`), which `use typechecking` makes binding: an
// annotation must name the type of every object that can have the permission.

import { refuseExcess } from './bounds.js'
import type { Core } from './compiler.js'
import { incompleteAnnotation } from './mistakes.js'
import type { Report } from './report.js'
import type { MemberId, Permission } from './schema.js'
import type { SchemaScope } from './scope.js'
import { type Sources, toSources } from './sources.js'
import type { Work } from './steps.js'

/** Members from one pause to the next. */
const WALKED = 16

interface Annotated {
  readonly schema: Core
  readonly scope: SchemaScope
  /** Members behind all of them together. */
  readonly max: number
}

/** @throws OutOfBounds */
export function* checkAnnotations({ schema, scope, max }: Annotated, report: Report): Work<void> {
  const annotated = schema.members.filter(isAnnotated)
  if (annotated.length === 0) return
  const sources = yield* toSources(schema.members, schema.member)
  let left = max
  for (const { id, definition, name, annotation } of annotated) {
    const at = scope.definitions.get(definition)!.members.get(name)!.name
    const named = new Set(annotation)
    const types = new Set<string>()
    for (const member of behind(sources, id)) {
      if (--left < 0) {
        const found = { max, what: 'relations and permissions behind annotated permissions' }
        refuseExcess(report, 'too-many-annotations', found, at)
      }
      if (left % WALKED === 0) yield null
      for (const type of sources[member].types) types.add(type)
    }
    const missing = [...types].filter(type => !named.has(type))
    if (missing.length === 0) continue
    report.add(incompleteAnnotation({ definition, member: name }, missing, at))
  }
}

const isAnnotated = (member: Core['members'][number]): member is Permission =>
  member.kind === 'permission' && member.annotation.length > 0

/** Members that subjects come from. */
function* behind(sources: readonly Sources[], first: MemberId): Generator<MemberId> {
  // A set that grows while it is walked: what was added is walked too.
  const found = new Set([first])
  for (const member of found) {
    yield member
    for (const source of sources[member].members) found.add(source)
  }
}
