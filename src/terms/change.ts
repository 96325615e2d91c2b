// What one revision did: the unit of the change feed, and of everything that follows it.

import type { JsonObject } from './json.js'
import type { Relationship } from './relationship.js'
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
}
