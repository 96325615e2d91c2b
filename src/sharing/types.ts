// The types of sharing: principals, grants, and the requests and answers of each operation.
//
// A sheet is the list of who has access to a resource, with one row for each principal. A principal
// is a person, a group, or everyone. A role is a relation that the schema declares as one. A grant
// is a relationship that gives a principal a role. A scope is an object to which people, groups and
// resources belong, such as an account.

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

/** The actor of an operation. */
export interface Acting {
  readonly actor: ObjectReference
  /** The context for caveats in the permissions that guard the operation. */
  readonly context: JsonObject
}

/** Where a grant comes from. */
export type GrantSource =
  | { readonly kind: 'direct' }
  /** The role is one of the resource's scope: an administrator of the account has access. */
  | { readonly kind: 'scope'; readonly via: ObjectReference }
  /** The role is one of another object to which the access permission leads, such as a folder. */
  | { readonly kind: 'inherited'; readonly via: ObjectReference }

/** A grant, with where it comes from, who gave it and when. */
export interface GrantDetails {
  /** The role: a relation of the resource, or of the object that the grant comes from. */
  readonly role: string
  readonly how: GrantSource
  readonly caveat: CaveatReference | null
  /** The time of expiry, ms since 1970; null for never. */
  readonly expiresAt: number | null
  /** When the grant was written, ms since 1970; null when it is not kept any more. */
  readonly since: number | null
  /** The actor of the revision that wrote the grant; null when it names none. */
  readonly by: string | null
  /** The reason that this revision names, or null. */
  readonly reason: string | null
}

export interface SheetGrant extends GrantDetails {
  /** Whether the actor may take the grant away. */
  readonly removable: boolean
}

export interface Principal {
  readonly principal: SubjectReference
  readonly kind: PrincipalKind
  /** The number of persons in the set now; null for a person, and for a wildcard. */
  readonly members: number | null
}

export interface SheetRow extends Principal {
  /**
   * Whether a person has access, or why the check is refused. Null for sets, and where the schema
   * declares no `@sharing access`.
   */
  readonly access: CheckAnswer | Refusal | null
  /** At least one grant: direct ones first, in the schema's order of roles. */
  readonly grants: readonly SheetGrant[]
}

/** A request for a page of the sheet, or of the candidates. */
export interface SheetRequest extends Acting {
  readonly consistency: Consistency
  readonly resource: ObjectReference
  /** The prefix of the ids of principals to list; empty for all. */
  readonly prefix: string
  /** The maximum number of rows of the page; 0 for the default. */
  readonly limit: number
  readonly cursor: string | null
}

export interface SheetPage<Row> {
  readonly revision: Revision
  /** Each row once; sheets and candidates by the principal's type, id and relation, by bytes. */
  readonly rows: readonly Row[]
  /** The cursor to the rows after the last one; null when there are no more. */
  readonly cursor: string | null
}

export interface Candidate extends Principal {
  /** The roles in which the actor may add the principal. */
  readonly roles: readonly string[]
  /** Why the check that the principal belongs to the scope was refused; null if it was not. */
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
  /** Takes the role away; the empty role stands for all roles. */
  | { readonly kind: 'revoke'; readonly principal: SubjectReference; readonly role: string }
  /** Replaces the former role. The empty former role stands for the only one that there is. */
  | {
      readonly kind: 'change-role'
      readonly principal: SubjectReference
      readonly former: string
      readonly role: string
    }
  /** Moves the set's roles to the principals, which are part of it; or `role`, if not empty. */
  | {
      readonly kind: 'choose'
      readonly principal: SubjectReference
      readonly role: string
      readonly principals: readonly SubjectReference[]
    }
  /** Gives the role to the group, and takes the direct grants of it from the group's members. */
  | { readonly kind: 'gather'; readonly principal: SubjectReference; readonly role: string }
  /** Moves the roles of everyone to all of everyone except the principals. */
  | {
      readonly kind: 'uncheck'
      readonly principal: SubjectReference
      readonly principals: readonly SubjectReference[]
    }

export interface ChangeRequest extends Acting {
  readonly resource: ObjectReference
  /** The revision at which the actor read the sheet, which must not have changed since. */
  readonly expected: Token | null
  readonly changes: readonly SharingChange[]
}

/** A principal's role that an operation gave or took away. */
export interface Difference {
  readonly principal: SubjectReference
  readonly kind: PrincipalKind
  readonly role: string
}

export interface ChangeAnswer {
  readonly revision: Revision
  /** Both lists are empty for an actor who may not read the sheet. */
  readonly added: readonly Difference[]
  readonly removed: readonly Difference[]
}

export interface CreateRequest extends Acting {
  readonly resource: ObjectReference
  /** The object that the resource belongs to; null where the schema declares none. */
  readonly scope: ObjectReference | null
}

export interface RemoveRequest extends Acting {
  readonly resource: ObjectReference
}

export interface RemovePrincipalRequest extends Acting {
  /** A person, or a group. */
  readonly principal: ObjectReference
  /** The scope in which the principal loses everything. */
  readonly scope: ObjectReference
}

export interface ReachRequest {
  readonly consistency: Consistency
  readonly person: ObjectReference
  /** The type of the resources; empty for all types that the schema declares as shared. */
  readonly resourceType: string
  readonly context: JsonObject
  readonly limit: number
  readonly cursor: string | null
}

export interface ReachGrant extends GrantDetails {
  /** The set through which the person has the grant; null for a grant to the person itself. */
  readonly through: SubjectReference | null
  /** Why the check that the person is in that set was refused; null if it was not. */
  readonly refusal: Refusal | null
}

export interface ReachItem {
  readonly resource: ObjectReference
  readonly answer: CheckAnswer | Refusal
  readonly grants: readonly ReachGrant[]
}
