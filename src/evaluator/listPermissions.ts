// Which of these permissions does the subject have on the resource? The checks of one after another,
// with one walk for all of them: permissions of a definition are mostly made of one another.

import { type MemberId, requireMember, type Schema } from '../language/index.js'
import {
  type ObjectReference,
  orRefusal,
  type Refusal,
  type SubjectReference,
} from '../terms/index.js'
import { bindingOf } from './binding.js'
import { type CheckOutcome, toOutcome, toSubject, verdictOf } from './check.js'
import { type Circumstances, Inquiry } from './inquiry.js'
import type { ObjectId, Snapshot } from './snapshot.js'
import { PENDING } from './verdict.js'
import { Walk } from './walk.js'

/** `workMax` bounds the work for all of the permissions together. */
export interface PermissionsQuestion extends Circumstances {
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
  const checks = new Checks(snapshot, schema, question)
  return members.map(member => orRefusal(() => checks.of(member)))
}

class Checks {
  readonly #inquire: () => Inquiry
  readonly #object: ObjectId
  readonly #inquiry: Inquiry
  readonly #walk: Walk

  constructor(snapshot: Snapshot, schema: Schema, question: PermissionsQuestion) {
    const { resource } = question
    const binding = bindingOf(schema, snapshot.kinds)
    const subject = toSubject(snapshot, schema, question)
    this.#inquire = () => new Inquiry(snapshot, binding, question, subject)
    this.#object = snapshot.object(resource.type, resource.id)
    this.#inquiry = this.#inquire()
    this.#walk = new Walk(this.#inquiry)
  }

  /** @throws Refusal as `check` does */
  of(member: MemberId): CheckOutcome {
    const verdict = this.#walk.of(this.#object, member)
    if (verdict !== PENDING || this.#inquiry.lacking) return toOutcome(this.#inquiry, verdict)
    return this.#alone(member)
  }

  /** Circles and faults are for a check by itself: they depend on all that one has met. */
  #alone(member: MemberId): CheckOutcome {
    const inquiry = this.#inquire()
    inquiry.work = this.#inquiry.work
    try {
      return verdictOf(inquiry, this.#object, member)
    } finally {
      this.#inquiry.work = inquiry.work
    }
  }
}
