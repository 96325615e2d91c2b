// Deleting by filter within a write of relationships: which stored ones go. Those that the updates
// name are theirs, whatever the filters say, so that an identical one stays as it is and who keeps
// access never loses it. What has expired does not exist, so it neither matches nor counts.

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

interface RemovalPosition {
  readonly store: StoreId
  /** The head, which is locked. */
  readonly at: Revision
  readonly now: number
}

/**
 * What the filters of these requests delete beside their updates.
 * @throws Refusal `too-many-to-delete`
 */
export async function readRemoved(
  transaction: Queryable,
  position: RemovalPosition,
  requests: readonly RelationshipsRequest[],
): Promise<readonly Relationship[]> {
  const [request] = requests
  if (requests.every(({ deletions }) => deletions.length === 0)) return []
  // What others of a batch would write or delete before it could not be told from what is stored.
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

/** @param filter the one with which they became too many */
const tooMany = (filter: RelationshipsRequest['deletions'][number]): Refusal =>
  new Refusal(
    'too-many-to-delete',
    `the deletions of one write match more than ${limits.deletionsMax} relationships, delete them in parts`,
    { limit: `${limits.deletionsMax}`, ...toMetadata('filter', filter) },
  )
