// The list of a subject's permissions on a resource: one check after another, all with one walk,
// because the permissions of a definition are mostly made of one another.

import { requireMember, type Schema } from '../language/index.js'
import {
  asRefusal,
  type ObjectReference,
  type Refusal,
  type SubjectReference,
} from '../terms/index.js'
import { type CheckOutcome, toSubject } from './check.js'
import { Checks } from './checks.js'
import { type Circumstances, EvaluationContext } from './evaluationContext.js'
import { schemaIndexOf } from './schemaIndex.js'
import { atOnce, Rest, rest } from './sliced.js'
import type { Snapshot } from './snapshot.js'

/** The question. `workMax` bounds the work for all permissions together. */
interface PermissionsQuestion extends Circumstances {
  readonly resource: ObjectReference
  readonly subject: SubjectReference
  /** The names of permissions or relations of the resource's definition. */
  readonly permissions: readonly string[]
}

/**
 * Checks each permission, in their order. A refusal of one check (a caveat that cannot be
 * evaluated, depth, the work that is left) stands in its place.
 * @throws Refusal `unknown-definition`, `unknown-relation` for names that the schema lacks
 */
export function* listPermissionsInSlices(
  snapshot: Snapshot,
  schema: Schema,
  question: PermissionsQuestion,
): Generator<null, readonly (CheckOutcome | Refusal)[]> {
  const { resource, permissions } = question
  const members = permissions.map(name => requireMember(schema, resource.type, name).id)
  const object = snapshot.object(resource.type, resource.id)
  const schemaIndex = schemaIndexOf(schema, snapshot.kinds)
  const subject = toSubject(snapshot, schema, question)
  const checks = new Checks(
    budget => new EvaluationContext(snapshot, schemaIndex, question, subject, budget),
  )
  const answers: (CheckOutcome | Refusal)[] = []
  for (const member of members) {
    try {
      answers.push(yield* rest(checks.of(object, member)))
    } catch (error) {
      answers.push(asRefusal(error))
    }
  }
  return answers
}

/** Checks each permission without a pause. */
export const listPermissions = (
  snapshot: Snapshot,
  schema: Schema,
  question: PermissionsQuestion,
): readonly (CheckOutcome | Refusal)[] =>
  atOnce(new Rest(listPermissionsInSlices(snapshot, schema, question)))
