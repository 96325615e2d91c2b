// Writes of relationships: all that wait in the queue are decided in one transaction. One read
// fetches the stored relationships that they touch. Each request is then decided in memory, in
// order, and sees what the requests before it did. One write stores the sum. A refused request
// takes no revision and leaves no trace. A request that also deletes by filter is a batch of its
// own.

import {
  asRefusal,
  isLive,
  matches,
  printIdentity,
  Refusal,
  type Relationship,
  type Revision,
  type RevisionNote,
  type StoreId,
  toRevision,
  type Update,
  type UpdateOutcome,
} from '../terms/index.js'
import type { Queryable } from './database.js'
import { inParts, PART_SIZE } from './inParts.js'
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

/** The outcome of a request, or why it was refused. */
export type Decision = WriteOutcome | Refusal | StaleSchema

/**
 * Decides the requests in order and writes their effects. Returns one decision for each request.
 * @param clock ms since 1970
 */
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
  const pending = new PendingVersions()
  await inParts(stored.concat(removed), part => pending.addStored(part))
  const allPreconditions = requests.flatMap(request => request.preconditions)
  const preconditions = await readPreconditions(
    transaction,
    { store, pending, now },
    allPreconditions,
  )
  const notes: RevisionNote[] = []
  const quota = new Quota(head)

  async function decide(request: RelationshipsRequest): Promise<WriteOutcome> {
    requireSchema(request.schemaRevision, head.schemaRevision)
    preconditions.require(request.preconditions)
    await inParts(request.updates, part => requireAbsent(part, request.deletions, pending, now))
    quota.take((await growthOf(request, pending)) - removed.length)
    const revision = toRevision(head.revision + notes.push(request.note))
    await inParts(removed, part => {
      for (const relationship of part) {
        pending.apply({ operation: 'delete', relationship }, revision, now)
      }
    })
    const outcomes: UpdateOutcome[] = []
    await inParts(request.updates, part => {
      for (const update of part) outcomes.push(pending.apply(update, revision, now))
    })
    return { revision, outcomes, deleted: removed.length, complete: true }
  }

  const decisions: Decision[] = []
  for (const request of requests)
    decisions.push(await decide(request).catch(error => asRefusal(error, StaleSchema)))
  await save(transaction, store, pending, { after: head.revision, notes, grown: quota.grown })
  return decisions
}

/**
 * Decides and writes a single request.
 * @throws Refusal, StaleSchema: what `writeBatch` would return as the decision
 */
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

/**
 * Refuses to create a relationship that exists. One that the request itself deletes by a filter may
 * be created: it is replaced then.
 * @throws Refusal `already-exists`
 */
function requireAbsent(
  updates: readonly Update[],
  deletions: RelationshipsRequest['deletions'],
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

/** The refusal to create a relationship that exists. */
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

/**
 * The number of relationships that the updates add, less those that they delete. Expired
 * relationships count, as they are still stored.
 */
async function growthOf(
  { updates }: RelationshipsRequest,
  pending: PendingVersions,
): Promise<number> {
  let grown = 0
  await inParts(updates, part => {
    for (const { operation, relationship } of part) {
      const exists = pending.find(relationship) !== null
      if (operation === 'delete') grown -= exists ? 1 : 0
      else grown += exists ? 0 : 1
    }
  })
  return grown
}

/** The revisions that a batch appends. */
interface Revisions {
  readonly after: Revision
  readonly notes: readonly RevisionNote[]
  /** The number of relationships that were created, less those that were deleted. */
  readonly grown: number
}

async function save(
  transaction: Queryable,
  store: StoreId,
  pending: PendingVersions,
  { after, notes, grown }: Revisions,
): Promise<void> {
  if (notes.length === 0) return
  const closed = pending.closed()
  const closing = closeVersions(transaction, store, closed)
  // One statement is sent before the next one; only several parts could be overtaken.
  if (closed.length > PART_SIZE) await closing
  await Promise.all([
    closing,
    insertVersions(transaction, store, pending.opened()),
    appendRevisions(transaction, store, after, notes, grown),
  ])
}
