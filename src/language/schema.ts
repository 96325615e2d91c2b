// The compiled schema: what the checker has found to be sound, with every name resolved to a number.
// Definitions and members (relations and permissions) are numbered densely in the order of the text,
// so that other floors can keep facts about them in arrays. Immutable; one schema is one text.

import type { Caveat } from './caveat/caveat.js'
import type { SharingDeclarations } from './sharing/declaration.js'

declare const memberBrand: unique symbol
/** Position in `Schema.members`. */
export type MemberId = number & { readonly [memberBrand]: true }

/** Told how many members were gone through, when something is worked out anew. */
export type Prepare = (members: number) => void

/** By member: 1 if it reaches the kind. */
export type Reach = (type: string, relation: string, prepare?: Prepare) => Uint8Array

export interface Schema {
  /** As it was written. */
  readonly text: string
  readonly definitions: readonly Definition[]
  /** Members of all definitions; a member's id is its position. */
  readonly members: readonly Member[]
  readonly caveats: readonly Caveat[]
  /** `use` flags in the order of the text, each once. */
  readonly uses: readonly string[]
  definition(name: string): Definition | undefined
  member(definition: string, name: string): Member | undefined
  caveat(name: string): Caveat | undefined
  /**
   * Whether subjects of this kind (`relation` empty: objects themselves) can be found by walking
   * from `member` over relationships that the schema admits. A subject set is found where the walk
   * leads through its member; its identity with itself where the walk begins is not counted.
   */
  reaches(member: MemberId, subjectType: string, subjectRelation: string): boolean
  /** The same for all members: 1 for those. `prepare` is told of the work, if there is some. */
  readonly reach: Reach
  /** How its objects are shared. */
  readonly sharing: SharingDeclarations
}

export interface Definition {
  readonly name: string
  readonly comment: string
  readonly members: readonly Member[]
}

export type Member = Relation | Permission

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
  /** Empty for objects themselves. */
  readonly relation: string
  readonly wildcard: boolean
  /** The caveat that each such relationship must carry, or null: it must carry none. */
  readonly caveat: string | null
  /** Whether each such relationship must (true) or must not (false) expire. */
  readonly expiration: boolean
}

export interface Permission {
  readonly kind: 'permission'
  readonly id: MemberId
  readonly definition: string
  readonly name: string
  readonly comment: string
  /** As annotated (`permission view: user | group = …`); empty when it is not. */
  readonly annotation: readonly string[]
  readonly expression: Expression
}

export type Expression =
  | { readonly kind: 'nil' }
  /** The object itself. */
  | { readonly kind: 'self' }
  /** A relation or permission of the same definition. */
  | { readonly kind: 'member'; readonly member: MemberId }
  /** `relation->target`: `target` on the objects that `relation` names, on any or on all of them. */
  | {
      readonly kind: 'arrow'
      readonly relation: MemberId
      readonly target: string
      readonly all: boolean
    }
  | { readonly kind: 'union' | 'intersection'; readonly operands: readonly Expression[] }
  | { readonly kind: 'exclusion'; readonly base: Expression; readonly excluded: Expression }
