// Questions: what a client can ask, as of which revision, and the forms of the answers. Every
// answer names the revision at which it was computed.

import type { JsonObject } from './json.js'
import type { ObjectReference, Relationship, SubjectReference } from './relationship.js'
import type { Revision, Token } from './revision.js'

/** The revision at which a question is answered. */
export type Consistency =
  /** The newest revision that the node has, without waiting. */
  | { readonly kind: 'minimize-latency' }
  /** At the token's revision or later. */
  | { readonly kind: 'at-least'; readonly token: Token }
  /** Exactly at the token's revision, as long as that is retained. */
  | { readonly kind: 'exact'; readonly token: Token }
  /** At the head of the datastore when the question arrived, or later. */
  | { readonly kind: 'full' }

/** One check: whether the subject has the permission on the resource. */
export interface CheckItem {
  readonly resource: ObjectReference
  /** A permission or a relation of the resource's definition. */
  readonly permission: string
  readonly subject: SubjectReference
  /** Values of caveat parameters. Unknown keys are ignored. */
  readonly context: JsonObject
}

/** Relationships that count for one question only, as if they had just been touched. */
export interface Contextual {
  readonly contextual?: readonly Relationship[]
}

/** The answer to a check. */
export type CheckAnswer =
  | { readonly kind: 'no' }
  | { readonly kind: 'yes' }
  /** It depends on caveat parameters without a value: their names, sorted, at least one. */
  | { readonly kind: 'conditional'; readonly missing: readonly string[] }

/** A check that a write depends on. A conditional answer meets neither kind. */
export interface PermissionPrecondition {
  readonly kind: 'must-have' | 'must-not-have'
  readonly item: CheckItem
}

/** An answer with the revision at which it was computed. */
export interface AnswerAt<Answer> {
  readonly answer: Answer
  readonly revision: Revision
}
