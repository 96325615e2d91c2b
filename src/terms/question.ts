// What can be asked, and as of when. Answers name the revision they were computed at.

import type { JsonObject } from './json.js'
import type { ObjectReference, Relationship, SubjectReference } from './relationship.js'
import type { Revision, Token } from './revision.js'

export type Consistency =
  /** Whatever the node has: no waiting. */
  | { readonly kind: 'minimize-latency' }
  /** At the token's revision or later. */
  | { readonly kind: 'at-least'; readonly token: Token }
  /** As of the token's revision, while it is retained. */
  | { readonly kind: 'exact'; readonly token: Token }
  /** At the head of the datastore, as of when the question came. */
  | { readonly kind: 'full' }

export interface CheckItem {
  readonly resource: ObjectReference
  /** A permission or a relation of the resource's definition. */
  readonly permission: string
  readonly subject: SubjectReference
  /** For caveats; unknown keys are ignored. */
  readonly context: JsonObject
}

/** Of questions: relationships that count as if they had just been touched, for the one question. */
export interface Contextual {
  readonly contextual?: readonly Relationship[]
}

export type CheckAnswer =
  | { readonly kind: 'no' }
  | { readonly kind: 'yes' }
  /** Depends on caveat parameters that nobody has given: their names, sorted, at least one. */
  | { readonly kind: 'conditional'; readonly missing: readonly string[] }

/** Only a definite answer meets it: one that lacks context is neither. */
export interface PermissionPrecondition {
  readonly kind: 'must-have' | 'must-not-have'
  readonly item: CheckItem
}

export interface AnswerAt<Answer> {
  readonly answer: Answer
  readonly revision: Revision
}
