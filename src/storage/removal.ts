// Deletion by filter within a write of relationships: which stored relationships are deleted. A
// relationship that an update of the same write names is left to that update, whatever the filters
// say. So an identical one stays as it is, and nobody who keeps access loses it for a moment.
// Expired relationships do not exist, so they neither match nor count.

import {
  assert,
  limits,
  printIdentity,
  Refusal,
  type Relationship,
  type Revision,
  type StoreId,
} from '../terms/index.js'
import type { Queryable } from './database.js'
import { toMetadata } from './preconditions.js'
import { readRelationships } from './reads.js'
import type { RelationshipsRequest } from './request.js'

/** The store, revision and time at which the filters are matched. */
interface RemovalPosition {
  readonly store: StoreId
  /** The head, which is locked. */
  readonly at: Revision
  readonly now: number
}

/**
 * Reads the relationships that the filters of the requests delete beside their updates.
 * @throws Refusal `too-many-to-delete`
 */
export async function readRemoved(
  transaction: Queryable,
  position: RemovalPosition,
  requests: readonly RelationshipsRequest[],
): Promise<readonly Relationship[]> {
  const [request] = requests
  if (requests.every(({ deletions }) => deletions.length === 0)) return []
  // The stored relationships do not show what other requests of a batch would write or delete
  // before.
  assert(requests.length === 1, 'a request that deletes by filter is a batch of its own')
  const updated = new Set(request.updates.map(update => printIdentity(update.relationship)))
  const removed = new Map<string, Relationship>()
  const limit = limits.deletionsMax + updated.size + 1
  for (const filter of request.deletions) {
    const ask = { ...position, filter, after: null, limit }
    for (const relationship of await readRelationships(transaction, ask)) {
      const identity = printIdentity(relationship)
      if (!updated.has(identity)) removed.set(identity, relationship)
    }
    if (removed.size > limits.deletionsMax) throw tooMany(filter)
  }
  return [...removed.values()]
}

/** @param filter the filter with which they exceeded the limit */
const tooMany = (filter: RelationshipsRequest['deletions'][number]): Refusal =>
  new Refusal(
    'too-many-to-delete',
    `the deletions of one write match more than ${limits.deletionsMax} relationships, ` +
      'delete them in parts',
    { limit: `${limits.deletionsMax}`, ...toMetadata('filter', filter) },
  )
