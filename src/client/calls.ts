// What the client can be asked, method by method, in terms.

import type {
  CheckAnswer,
  CheckItem,
  Contextual,
  JsonObject,
  PermissionPrecondition,
  Precondition,
  Relationship,
  RelationshipFilter,
  Update,
  UpdateOutcome,
} from '../terms/index.js'
import type { RemoteError } from './remoteError.js'
import type { ConsistencyByToken } from './wire.js'

export interface CallOptions {
  readonly signal?: AbortSignal
}

export interface CheckCall extends Contextual {
  readonly consistency?: ConsistencyByToken
  readonly item: CheckItem
}

/** Its contextual relationships are for every item, an item's own for that one. */
export interface CheckBulkCall extends Contextual {
  readonly consistency?: ConsistencyByToken
  readonly items: readonly (CheckItem & Contextual)[]
}

export interface ListPermissionsCall extends Omit<CheckItem, 'permission'>, Contextual {
  readonly consistency?: ConsistencyByToken
  /** Permissions or relations by their names; without any, all permissions of the definition. */
  readonly permissions?: readonly string[]
}

export interface ListedPermission {
  readonly permission: string
  readonly answer: CheckAnswer | RemoteError
}

export interface ReadCall {
  readonly consistency?: ConsistencyByToken
  readonly filter: RelationshipFilter
  /** 0, the default, reads all there are. */
  readonly limit?: number
  /** Goes on after the item that came with it. */
  readonly cursor?: string
}

export interface ReadItem {
  readonly relationship: Relationship
  readonly cursor: string
  /** As of when all items of this call were read. */
  readonly token: string
}

/** Who writes, why, and what the writer wants to find again. */
export interface Note {
  readonly actor?: string
  readonly reason?: string
  /** Kept with relationships; a schema write has none. */
  readonly metadata?: JsonObject
}

export interface WriteCall {
  readonly updates: readonly Update[]
  /** What any of these matches, and no update names, is deleted in the same revision. */
  readonly deletions?: readonly RelationshipFilter[]
  readonly preconditions?: readonly Precondition[]
  /** Decided as of the very revision that the write follows. */
  readonly permissionPreconditions?: readonly PermissionPrecondition[]
  readonly note?: Note
}

export interface WriteAnswer {
  readonly token: string
  /** What became of each update, in their order. */
  readonly outcomes: readonly UpdateOutcome[]
  /** Relationships that the deletions deleted. */
  readonly deleted: number
}

export interface DeleteCall {
  readonly filter: RelationshipFilter
  /** 0, the default, deletes all that match. */
  readonly limit?: number
  /** Whether more matches than the limit are left for another call, or refused. */
  readonly partial?: boolean
  readonly preconditions?: readonly Precondition[]
  readonly note?: Note
}

export interface ImportCall {
  /** As many as come. */
  readonly relationships: AsyncIterable<Relationship> | Iterable<Relationship>
  readonly note?: Omit<Note, 'metadata'>
}

export interface ExportCall {
  readonly consistency?: ConsistencyByToken
  /** Everything without one. */
  readonly filter?: RelationshipFilter
  /** Relationships that come together; up to 10,000, the default. */
  readonly batch?: number
  /** Goes on after the batch that came with it. */
  readonly cursor?: string
}

export interface ExportedBatch {
  readonly relationships: readonly Relationship[]
  readonly cursor: string
}

export interface WriteSchemaCall {
  readonly text: string
  readonly note?: Omit<Note, 'metadata'>
}
