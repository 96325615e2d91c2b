// The compiled schema. It has passed all checks, and its expressions refer to members by number.
// Members (relations and permissions) are numbered densely in the order of the text, so that other
// layers can keep data about them in arrays. A schema is immutable and belongs to one text.

import type { Caveat } from './caveat/index.js'
import type { SharingDeclarations } from './sharing/declaration.js'

declare const memberBrand: unique symbol
/** The position of a member in `Schema.members`. */
export type MemberId = number & { readonly [memberBrand]: true }

/** Receives the number of members to visit, before a reach is computed that was not cached. */
type Prepare = (members: number) => void

/** One byte per member: 1 if subjects of that kind reach it. */
export type Reach = (type: string, relation: string, prepare?: Prepare) => Uint8Array

/** A compiled schema. */
export interface Schema {
  /** The text as it was written. */
  readonly text: string
  readonly definitions: readonly Definition[]
  /** The members of all definitions. A member's id is its position. */
  readonly members: readonly Member[]
  readonly caveats: readonly Caveat[]
  /** The `use` flags in the order of the text, each once. */
  readonly uses: readonly string[]
  definition(name: string): Definition | undefined
  member(definition: string, name: string): Member | undefined
  caveat(name: string): Caveat | undefined
  /**
   * Whether subjects of this kind can be found by following admitted relationships from `member`.
   * An empty `subjectRelation` stands for objects themselves. A subject set is found if the
   * traversal passes through its member; the start itself does not count.
   */
  reaches(member: MemberId, subjectType: string, subjectRelation: string): boolean
  /**
   * The answers of `reaches` for all members at once. `prepare` receives the amount of work, unless
   * the result is cached.
   */
  readonly reach: Reach
  /** The sharing declarations (`@sharing` in comments). */
  readonly sharing: SharingDeclarations
}

/** A definition: an object type with its members. */
export interface Definition {
  readonly name: string
  readonly comment: string
  readonly members: readonly Member[]
}

/** A relation or permission of a definition. */
export type Member = Relation | Permission

/** A relation with the subject types that it admits. */
export interface Relation {
  readonly kind: 'relation'
  readonly id: MemberId
  readonly definition: string
  readonly name: string
  readonly comment: string
  readonly types: readonly AllowedType[]
}

/** One alternative of a relation's type: `user`, `user:*`, `group#member with office_hours`. */
export interface AllowedType {
  readonly type: string
  /** The subject's relation, or empty for objects themselves. */
  readonly relation: string
  readonly wildcard: boolean
  /** The caveat that such a relationship must carry, or null if it must carry none. */
  readonly caveat: string | null
  /** Whether such a relationship must (true) or must not (false) expire. */
  readonly expiration: boolean
}

/** A permission with the expression that computes it. */
export interface Permission {
  readonly kind: 'permission'
  readonly id: MemberId
  readonly definition: string
  readonly name: string
  readonly comment: string
  /** The types of the annotation (`permission view: user | group = …`), empty without one. */
  readonly annotation: readonly string[]
  readonly expression: Expression
}

/** The expression of a permission. */
export type Expression =
  /** No subject. */
  | { readonly kind: 'nil' }
  /** The object itself. */
  | { readonly kind: 'self' }
  /** A relation or permission of the same definition. */
  | { readonly kind: 'member'; readonly member: MemberId }
  /** `relation->target`: the subjects that have the target on one of the relation's objects, or,
   * with `all`, on every one of them.
   */
  | {
      readonly kind: 'arrow'
      readonly relation: MemberId
      readonly target: string
      readonly all: boolean
    }
  | { readonly kind: 'union' | 'intersection'; readonly operands: readonly Expression[] }
  | { readonly kind: 'exclusion'; readonly base: Expression; readonly excluded: Expression }
