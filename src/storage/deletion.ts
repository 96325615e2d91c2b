// Deletion by filter in one revision: of everything that matches, or of the first matches up to a
// limit. Expired relationships do not exist, so they neither match nor count.

import { Refusal, type RelationshipFilter, type StoreId, toRevision } from '../terms/index.js'
import {
  isOpen,
  isUnexpired,
  parameters,
  pathFor,
  toComparisons,
  toCondition,
} from './condition.js'
import type { Queryable } from './database.js'
import { PendingVersions } from './pendingVersions.js'
import { readPreconditions, toMetadata } from './preconditions.js'
import { readRelationships } from './reads.js'
import { type DeleteRequest, requireSchema, type WriteOutcome } from './request.js'
import { appendRevisions, type Head, lockHead } from './revisions.js'
import { closeVersions } from './versions.js'

/**
 * Deletes the matches and appends one revision.
 * @throws Refusal `precondition-failed`, `too-many-to-delete`; StaleSchema; then nothing is written
 */
export async function deleteMatching(
  transaction: Queryable,
  store: StoreId,
  clock: () => number,
  request: DeleteRequest,
): Promise<WriteOutcome> {
  const head = await lockHead(transaction, store)
  requireSchema(request.schemaRevision, head.schemaRevision)
  const facts = { store, pending: new PendingVersions(), now: clock() }
  const preconditions = await readPreconditions(transaction, facts, request.preconditions)
  preconditions.require(request.preconditions)
  const revision = toRevision(head.revision + 1)
  const deletion: Deletion = { store, head, now: facts.now, request }
  const deleted =
    request.limit === 0
      ? await deleteAll(transaction, deletion)
      : await deleteSome(transaction, deletion)
  await appendRevisions(transaction, store, head.revision, [request.note], -deleted)
  const complete = request.limit === 0 || !request.partial || deleted < request.limit
  return { revision, outcomes: [], deleted, complete }
}

/** A request and the state of the store that it applies to. */
interface Deletion {
  readonly store: StoreId
  readonly head: Head
  readonly now: number
  readonly request: DeleteRequest
}

async function deleteAll(
  transaction: Queryable,
  { store, head, now, request }: Deletion,
): Promise<number> {
  const { values, bind } = parameters()
  const revision = bind(head.revision + 1)
  const conditions = [`r.store = ${bind(store)}`, isOpen, isUnexpired(bind(now))]
  conditions.push(...pathFor(request.filter).conditions)
  conditions.push(...toCondition(toComparisons(request.filter), ({ value }) => bind(value)))
  const [{ deleted }] = await transaction.query<{ deleted: number }>(
    `with closed as (
       update relationship r set deleted_revision = ${revision}
       where ${conditions.join(' and ')} returning 1
     ) select count(*) as deleted from closed`,
    values,
  )
  return deleted
}

async function deleteSome(
  transaction: Queryable,
  { store, head, now, request }: Deletion,
): Promise<number> {
  const { filter, limit, partial } = request
  const ask = { store, filter, at: head.revision, now, after: null }
  const found = await readRelationships(transaction, { ...ask, limit: partial ? limit : limit + 1 })
  if (found.length > limit) throw tooMany(filter, limit)
  const deleted = toRevision(head.revision + 1)
  const ended = found.map(relationship => ({ relationship, deleted }))
  await closeVersions(transaction, store, ended)
  return found.length
}

const tooMany = (filter: RelationshipFilter, limit: number): Refusal =>
  new Refusal(
    'too-many-to-delete',
    `found more than ${limit} relationships to be deleted and partial deletion was not requested`,
    { limit: `${limit}`, ...toMetadata('filter', filter) },
  )
