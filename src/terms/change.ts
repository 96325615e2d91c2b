// What one revision did: the unit of the change feed, and of everything that follows it. A revision of
// very many relationships comes as several changes, its parts.

import type { JsonObject } from './json.js'
import { compareIdentities, type Relationship, type RelationshipIdentity } from './relationship.js'
import type { Revision } from './revision.js'

/** Who, why, and whatever the caller wants to find again; kept with the revision for good. */
export interface RevisionNote {
  readonly actor: string | null
  readonly reason: string | null
  readonly requestId: string | null
  readonly metadata: JsonObject | null
}

export const NO_NOTE: RevisionNote = { actor: null, reason: null, requestId: null, metadata: null }

export interface Change {
  readonly revision: Revision
  /** When it was committed, ms since 1970, by the database's clock. */
  readonly at: number
  readonly note: RevisionNote
  /** Relationships that began to exist; a replaced one stands in both lists. */
  readonly created: readonly Relationship[]
  readonly deleted: readonly Relationship[]
  /** Whether this revision gave the store another schema. */
  readonly schemaChanged: boolean
  /** Whether the next change tells more of this revision, in the order of identities. */
  readonly partial?: boolean
}

/** Of a part, the last relationship that it tells of; one that was replaced stands in both lists. */
export function lastIdentityOf({ created, deleted }: Change): RelationshipIdentity {
  const [a, b] = [created, deleted].map(list => list[list.length - 1])
  if (a === undefined || b === undefined) return a ?? b
  return compareIdentities(a, b) > 0 ? a : b
}
