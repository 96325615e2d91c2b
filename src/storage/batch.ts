// Writes of relationships, as many as wait, in one transaction: what they touch is read at once, each
// request is decided in memory in its turn, seeing what those before it did, and the sum is written
// at once. A request that is refused takes no revision and leaves no trace. One that deletes by filter
// as well is a batch of its own.

import {
  isLive,
  matches,
  orRefusal,
  printIdentity,
  Refusal,
  type Relationship,
  type Revision,
  type RevisionNote,
  type StoreId,
  toRevision,
} from '../terms/index.js'
import type { Queryable } from './database.js'
import { PendingVersions } from './pendingVersions.js'
import { readPreconditions } from './preconditions.js'
import { Quota } from './quota.js'
import { readRemoved } from './removal.js'
import {
  type RelationshipsRequest,
  requireSchema,
  StaleSchema,
  type WriteOutcome,
} from './request.js'
import { appendRevisions, lockHead } from './revisions.js'
import { closeVersions, insertVersions, readOpen } from './versions.js'

/** A success, or why there is none. */
export type Decision = WriteOutcome | Refusal | StaleSchema

/** Decides and writes the requests in order; one decision each. @param clock ms since 1970 */
export async function writeBatch(
  transaction: Queryable,
  store: StoreId,
  clock: () => number,
  requests: readonly RelationshipsRequest[],
): Promise<readonly Decision[]> {
  const touched = requests.flatMap(({ updates }) => updates.map(update => update.relationship))
  const [head, stored] = await Promise.all([
    lockHead(transaction, store),
    readOpen(transaction, store, touched),
  ])
  const now = clock()
  const removed = await readRemoved(transaction, { store, at: head.revision, now }, requests)
  const pending = new PendingVersions(stored.concat(removed))
  const asked = requests.flatMap(request => request.preconditions)
  const preconditions = await readPreconditions(transaction, { store, pending, now }, asked)
  const notes: RevisionNote[] = []
  const quota = new Quota(head)
  const decisions = requests.map(request =>
    orRefusal(() => {
      requireSchema(request.schemaRevision, head.schemaRevision)
      preconditions.require(request.preconditions)
      requireAbsent(request, pending, now)
      quota.take(growthOf(request, pending) - removed.length)
      const revision = toRevision(head.revision + notes.push(request.note))
      for (const relationship of removed) {
        pending.apply({ operation: 'delete', relationship }, revision, now)
      }
      const outcomes = request.updates.map(update => pending.apply(update, revision, now))
      return { revision, outcomes, deleted: removed.length, complete: true }
    }, StaleSchema),
  )
  await save(transaction, store, pending, { after: head.revision, notes, grown: quota.grown })
  return decisions
}

/** @throws Refusal, StaleSchema: what `writeBatch` would answer */
export async function writeAlone(
  transaction: Queryable,
  store: StoreId,
  clock: () => number,
  request: RelationshipsRequest,
): Promise<WriteOutcome> {
  const [decision] = await writeBatch(transaction, store, clock, [request])
  if (decision instanceof Error) throw decision
  return decision
}

/** What the request itself deletes by a filter may be created: it is replaced then. */
function requireAbsent(
  { updates, deletions }: RelationshipsRequest,
  pending: PendingVersions,
  now: number,
): void {
  for (const { operation, relationship } of updates) {
    if (operation !== 'create') continue
    const current = pending.find(relationship)
    if (current === null || !isLive(current, now)) continue
    if (!deletions.some(filter => matches(filter, current))) throw alreadyExists(relationship)
  }
}

/** What creating a relationship that exists is told. */
export const alreadyExists = (relationship: Relationship): Refusal => {
  const identity = printIdentity(relationship)
  const { resource, relation, subject } = relationship
  return new Refusal(
    'already-exists',
    `could not create relationship \`${identity}\`: it already exists; touch it to replace it`,
    {
      relationship: identity,
      resource_type: resource.type,
      resource_object_id: resource.id,
      resource_relation: relation,
      subject_type: subject.type,
      subject_object_id: subject.id,
      subject_relation: subject.relation,
    },
  )
}

/** How many more relationships the updates make; those that have expired are still stored. */
function growthOf({ updates }: RelationshipsRequest, pending: PendingVersions): number {
  return updates.reduce((grown, { operation, relationship }) => {
    const isThere = pending.find(relationship) !== null
    if (operation === 'delete') return isThere ? grown - 1 : grown
    return isThere ? grown : grown + 1
  }, 0)
}

interface Revisions {
  readonly after: Revision
  readonly notes: readonly RevisionNote[]
  readonly grown: number
}

async function save(
  transaction: Queryable,
  store: StoreId,
  pending: PendingVersions,
  { after, notes, grown }: Revisions,
): Promise<void> {
  if (notes.length === 0) return
  await Promise.all([
    closeVersions(transaction, store, pending.closed()),
    insertVersions(transaction, store, pending.opened()),
    appendRevisions(transaction, store, after, notes, grown),
  ])
}
