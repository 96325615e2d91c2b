// Which of these permissions does the subject have on the resource? The checks of one after another,
// with one walk for all of them: permissions of a definition are mostly made of one another.

import { requireMember, type Schema } from '../language/index.js'
import {
  type ObjectReference,
  orRefusal,
  type Refusal,
  type SubjectReference,
} from '../terms/index.js'
import { bindingOf } from './binding.js'
import { type CheckOutcome, toSubject } from './check.js'
import { Checks } from './checks.js'
import { type Circumstances, Inquiry } from './inquiry.js'
import type { Snapshot } from './snapshot.js'

/** `workMax` bounds the work for all of the permissions together. */
interface PermissionsQuestion extends Circumstances {
  readonly resource: ObjectReference
  readonly subject: SubjectReference
  /** Permissions or relations of the resource's definition. */
  readonly permissions: readonly string[]
}

/**
 * What a check of each permission finds, in their order. What a check of it would be refused for (a
 * caveat that cannot be evaluated, depth, the work that is left) stands in its place.
 * @throws Refusal `unknown-definition`, `unknown-relation` for names that the schema lacks
 */
export function listPermissions(
  snapshot: Snapshot,
  schema: Schema,
  question: PermissionsQuestion,
): readonly (CheckOutcome | Refusal)[] {
  const { resource, permissions } = question
  const members = permissions.map(name => requireMember(schema, resource.type, name).id)
  const object = snapshot.object(resource.type, resource.id)
  const binding = bindingOf(schema, snapshot.kinds)
  const subject = toSubject(snapshot, schema, question)
  const checks = new Checks(() => new Inquiry(snapshot, binding, question, subject))
  return members.map(member => orRefusal(() => checks.of(object, member)))
}
