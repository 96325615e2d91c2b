// The words of sharing: principals, grants, rows of a sheet.

import type { PrincipalKind } from '../language/index.js'
import type {
  CaveatReference,
  CheckAnswer,
  Consistency,
  JsonObject,
  ObjectReference,
  Refusal,
  Revision,
  SubjectReference,
  Token,
} from '../terms/index.js'

/** Who asks, and what caveats in the guards may need to know. */
export interface Acting {
  readonly actor: ObjectReference
  readonly context: JsonObject
}

/** Where a grant comes from. */
export type How =
  | { readonly kind: 'direct' }
  /** By having the role in what the resource belongs to: by being an administrator of the account. */
  | { readonly kind: 'scope'; readonly via: ObjectReference }
  /** By having the role in something else that the schema lets it follow from. */
  | { readonly kind: 'inherited'; readonly via: ObjectReference }

export interface Given {
  /** The role: a relation of the resource, or of what it comes from. */
  readonly role: string
  readonly how: How
  readonly caveat: CaveatReference | null
  /** Ms since 1970; null for never. */
  readonly expiresAt: number | null
  /** When it was given, ms since 1970; null when that is not kept any more. */
  readonly since: number | null
  /** Who gave it, and why, as the revision tells. */
  readonly by: string | null
  readonly reason: string | null
}

export interface SheetGrant extends Given {
  /** Whether the actor may take it away. */
  readonly removable: boolean
}

export interface Principal {
  readonly principal: SubjectReference
  readonly kind: PrincipalKind
  /** Persons among them now; null for a person, and for a wildcard. */
  readonly members: number | null
}

export interface SheetRow extends Principal {
  /**
   * Whether a person has access, or why the check is refused; null for sets, and where the schema has
   * no word for access.
   */
  readonly access: CheckAnswer | Refusal | null
  /** Roles in the order of the schema, direct ones first; at least one. */
  readonly grants: readonly SheetGrant[]
}

/** What the sheet and the candidates are asked. */
export interface SheetRequest extends Acting {
  readonly consistency: Consistency
  readonly resource: ObjectReference
  /** Only principals whose id begins with it; empty for all. */
  readonly prefix: string
  /** Rows of a page; 0 for the usual. */
  readonly limit: number
  readonly cursor: string | null
}

export interface SheetPage<Row> {
  readonly revision: Revision
  /** In the order of principals: type, id, relation, by bytes; each once. */
  readonly rows: readonly Row[]
  /** Goes on after the last row; null when there are no more. */
  readonly cursor: string | null
}

export interface Candidate extends Principal {
  /** In which the actor may add it. */
  readonly roles: readonly string[]
  /** Why nobody knows whether it belongs there; null where that is known. */
  readonly refusal: Refusal | null
}

export type SharingChange =
  | {
      readonly kind: 'grant'
      readonly principal: SubjectReference
      readonly role: string
      readonly caveat: CaveatReference | null
      readonly expiresAt: number | null
    }
  /** Takes the role, or all roles for the empty one. */
  | { readonly kind: 'revoke'; readonly principal: SubjectReference; readonly role: string }
  /** Takes the former role, or for the empty one the only role there is, and gives this one. */
  | {
      readonly kind: 'change-role'
      readonly principal: SubjectReference
      readonly former: string
      readonly role: string
    }
  /** The set's grants go, and these of it have its roles (or `role`, if not empty) instead. */
  | {
      readonly kind: 'choose'
      readonly principal: SubjectReference
      readonly role: string
      readonly principals: readonly SubjectReference[]
    }
  /** Those of the group's members who have the role by themselves lose that, the group has it. */
  | { readonly kind: 'gather'; readonly principal: SubjectReference; readonly role: string }
  /** Everyone's grants go, and all but these have its roles instead. */
  | {
      readonly kind: 'uncheck'
      readonly principal: SubjectReference
      readonly principals: readonly SubjectReference[]
    }

export interface ChangeRequest extends Acting {
  readonly resource: ObjectReference
  /** The sheet as of when the actor decided; it must not have changed since. */
  readonly expected: Token | null
  readonly changes: readonly SharingChange[]
}

/** A row of a sheet that came or went. */
export interface Difference {
  readonly principal: SubjectReference
  readonly kind: PrincipalKind
  readonly role: string
}

export interface ChangeAnswer {
  readonly revision: Revision
  /** Empty, as `removed` is, for an actor who may not read the sheet. */
  readonly added: readonly Difference[]
  readonly removed: readonly Difference[]
}

export interface CreateRequest extends Acting {
  readonly resource: ObjectReference
  /** What it belongs to; null where the schema asks for nothing. */
  readonly scope: ObjectReference | null
}

export interface RemoveRequest extends Acting {
  readonly resource: ObjectReference
}

export interface RemovePrincipalRequest extends Acting {
  /** A person, or a group. */
  readonly principal: ObjectReference
  /** In which it loses everything. */
  readonly scope: ObjectReference
}

export interface ReachRequest {
  readonly consistency: Consistency
  readonly person: ObjectReference
  /** One kind of resource; empty for all that are shared, in the order of the schema. */
  readonly resourceType: string
  readonly context: JsonObject
  readonly limit: number
  readonly cursor: string | null
}

export interface ReachGrant extends Given {
  /** The set through which the person has it; null for the person itself. */
  readonly through: SubjectReference | null
  /** Why nobody knows whether the person is in that set; null where that is known. */
  readonly refusal: Refusal | null
}

export interface ReachItem {
  readonly resource: ObjectReference
  readonly answer: CheckAnswer | Refusal
  readonly grants: readonly ReachGrant[]
}
