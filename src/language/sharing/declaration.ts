// Sharing declarations: which relations of an object can be granted to people and groups, and which
// permissions are required to grant them. They are part of the schema, as `@sharing …` lines in the
// comments of relations and permissions, so that they always belong to the same revision as the
// relations that they describe.

/** The declarations of a schema by definition, in the order of the text. */
export interface SharingDeclarations {
  /** Definitions whose objects can be shared. */
  readonly shared: ReadonlyMap<string, SharedDeclaration>
  /** Definitions that shared objects belong to, such as accounts. */
  readonly scopes: ReadonlyMap<string, ScopeDeclaration>
}

/** How the objects of a definition are shared. All names are of its relations and permissions. */
export interface SharedDeclaration {
  readonly definition: string
  /** The roles in the order of the text, at least one. */
  readonly roles: readonly Role[]
  /**
   * The link to the scope that the object belongs to, to which its grantees must belong as well.
   * Null without a scope.
   */
  readonly scope: ScopeLink | null
  /** The permission whose holders count as having access. Null if only the roles decide. */
  readonly access: string | null
  /** The permission required to read the sharing sheet, which lists the grants of an object. */
  readonly sheet: string
  /** The permission required to change grants. */
  readonly manage: string
  /** The permission required to remove the object. */
  readonly remove: string
  /** What a subject without the `manage` permission may add, or null for nothing. */
  readonly adding: Adding | null
}

/** A relation whose relationships are grants. */
export interface Role {
  readonly name: string
  /** The permission required to grant and to revoke the role. */
  readonly managedBy: string
  /** Whether the last person who has the role keeps it. */
  readonly neverEmpty: boolean
  /** Whether a new object is shared in this role. */
  readonly isDefault: boolean
  /**
   * Whether the maker of a new object receives this role, unless the object is shared with
   * everyone.
   */
  readonly isMakers: boolean
  /**
   * The kinds of principal that the role can be granted to, each once, whatever the caveats and
   * expirations.
   */
  readonly principals: readonly PrincipalForm[]
}

/** One kind of principal, as a subject type with a relation. */
export interface PrincipalForm {
  readonly kind: PrincipalKind
  readonly type: string
  /** The subject's relation. Empty for objects themselves and for the wildcard. */
  readonly relation: string
}

/**
 * The kind of a principal. `everyone` is the set of all people of the scope, and `group` any other
 * set of subjects.
 */
export type PrincipalKind = 'person' | 'group' | 'everyone'

/** The relation that leads from an object towards its scope. */
export interface ScopeLink {
  readonly relation: string
  /** The definition that the relation leads to. It is a scope, or has a link to one. */
  readonly type: string
}

/** A permission to add groups in one role, without the permission to manage. */
export interface Adding {
  readonly permission: string
  readonly role: string
}

/** A definition that shared objects and people belong to. */
export interface ScopeDeclaration {
  readonly definition: string
  /** The relation or permission of the people who belong to it. Its subject set is `everyone`. */
  readonly people: string
  /** The permission required to create objects that are shared with the maker's groups, or null. */
  readonly createForGroups: string | null
  /** The permission required to create objects that are shared with everyone, or null. */
  readonly createForEveryone: string | null
}
