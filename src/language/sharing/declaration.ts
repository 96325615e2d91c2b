// What a schema says about sharing: which relations are given to people and groups, and which
// permissions guard giving them. It stands in the schema itself, as `@sharing …` in the comments of
// relations and permissions, so that it is of the same revision as what it speaks of.

/** By the names of definitions, in the order of the text. */
export interface SharingDeclarations {
  /** Definitions with roles. */
  readonly shared: ReadonlyMap<string, SharedDeclaration>
  /** Definitions that others belong to, such as accounts. */
  readonly scopes: ReadonlyMap<string, ScopeDeclaration>
}

/** How objects of a definition are shared. Names are of its relations and permissions. */
export interface SharedDeclaration {
  readonly definition: string
  /** In the order of the text, at least one. */
  readonly roles: readonly Role[]
  /** What they belong to, and whoever they are shared with must; null when that is nothing. */
  readonly scope: ScopeLink | null
  /** Who has it has access; null when only the roles tell. */
  readonly access: string | null
  /** Guards reading the sheet. */
  readonly sheet: string
  /** Guards changing it. */
  readonly manage: string
  /** Guards removing the object. */
  readonly remove: string
  /** What those may add who may not manage, or null. */
  readonly adding: Adding | null
}

/** A relation whose relationships are grants. */
export interface Role {
  readonly name: string
  /** Guards giving and taking it. */
  readonly managedBy: string
  /** Whether the last person who has it keeps it. */
  readonly neverEmpty: boolean
  /** Whether a new object is shared in it. */
  readonly isDefault: boolean
  /** Whether who makes an object for groups has it. */
  readonly isMakers: boolean
  /** Whom it can be given to, each form once, whatever the caveats and expirations. */
  readonly principals: readonly PrincipalForm[]
}

/** `group`: a set of subjects, other than everybody of the scope. */
export interface PrincipalForm {
  readonly kind: PrincipalKind
  readonly type: string
  /** Empty for objects themselves and for the wildcard. */
  readonly relation: string
}

export type PrincipalKind = 'person' | 'group' | 'everyone'

export interface ScopeLink {
  readonly relation: string
  /** The definition that the relation leads to; it is a scope, or has one. */
  readonly type: string
}

/** A permission to add groups in one role. */
export interface Adding {
  readonly permission: string
  readonly role: string
}

export interface ScopeDeclaration {
  readonly definition: string
  /** Who belongs to it: the set of it is everyone. */
  readonly people: string
  /** Who makes objects that are shared with the maker's groups, or null. */
  readonly createForGroups: string | null
  /** Who makes objects that are shared with everyone, or null. */
  readonly createForEveryone: string | null
}
