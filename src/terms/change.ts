// Changes: what one revision did to a store. They are the unit of the change feed, and of
// everything that follows it. A revision of very many relationships comes as several changes, its
// parts.

import type { JsonObject } from './json.js'
import { compareIdentities, type Relationship, type RelationshipIdentity } from './relationship.js'
import type { Revision } from './revision.js'

/** A caller's note on a revision: who wrote it, why, and free metadata. It is stored for good. */
export interface RevisionNote {
  readonly actor: string | null
  readonly reason: string | null
  readonly requestId: string | null
  readonly metadata: JsonObject | null
}

export const NO_NOTE: RevisionNote = { actor: null, reason: null, requestId: null, metadata: null }

/** One revision, or one part of it, as the change feed delivers it. */
export interface Change {
  readonly revision: Revision
  /** Time of the commit by the database's clock, ms since 1970. */
  readonly at: number
  readonly note: RevisionNote
  /** Relationships that began to exist. A replaced one is in both lists. */
  readonly created: readonly Relationship[]
  readonly deleted: readonly Relationship[]
  /** Whether this revision gave the store another schema. */
  readonly schemaChanged: boolean
  /**
   * Whether the next change carries more of this revision. Parts are in the order of identities.
   */
  readonly partial?: boolean
}

/** The greatest identity in a part of a revision. A replaced relationship is in both lists. */
export function lastIdentityOf({ created, deleted }: Change): RelationshipIdentity {
  const [a, b] = [created, deleted].map(list => list[list.length - 1])
  if (a === undefined || b === undefined) return a ?? b
  return compareIdentities(a, b) > 0 ? a : b
}
