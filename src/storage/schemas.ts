// Schemas by revision: reading the one in force at a revision, and writing one unless a stored
// relationship violates it. The search for violations may take long in a large store, so it is done
// twice: over everything before the head is locked, and under the lock only over what was written
// since.

import { REVISION_NONE, type Revision, type StoreId, toRevision } from '../terms/index.js'
import type { Database, Queryable } from './database.js'
import {
  requireSchema,
  type SchemaGuard,
  type SchemaRequest,
  type WriteOutcome,
} from './request.js'
import { appendRevisions, lockHead, readHead } from './revisions.js'
import { findGuarded, type Search } from './schemaGuards.js'

interface StoredSchema {
  /** The revision that wrote it. */
  readonly revision: Revision
  readonly text: string
}

/** Reads the newest schema at or before `at`. Null when there was none. */
export async function readSchema(
  q: Queryable,
  store: StoreId,
  at: Revision,
): Promise<StoredSchema | null> {
  const [row] = await q.query<{ revision: Revision; text: string }>(
    `select revision, text from schema_version where store = $1 and revision <= $2
     order by revision desc limit 1`,
    [store, at],
  )
  return row ?? null
}

/**
 * Searches the whole store for violations before the head is locked.
 * @throws what a guard refuses; StaleSchema
 */
export async function searchGuarded(
  database: Database,
  store: StoreId,
  now: number,
  { schemaRevision, guards }: SchemaRequest,
): Promise<Search> {
  const head = await readHead(database, store)
  requireSchema(schemaRevision, head.schemaRevision)
  await requireClear(database, store, guards, { upTo: REVISION_NONE, now })
  return { upTo: head.revision, now }
}

/**
 * Writes the schema, after a search of what the first search has not seen.
 * @throws what a guard refuses about these relationships; StaleSchema
 */
export async function writeSchema(
  transaction: Queryable,
  store: StoreId,
  search: Search,
  { schemaRevision, text, guards, note }: SchemaRequest,
): Promise<WriteOutcome> {
  const head = await lockHead(transaction, store)
  requireSchema(schemaRevision, head.schemaRevision)
  if (search.upTo < head.revision) await requireClear(transaction, store, guards, search)
  const revision = toRevision(head.revision + 1)
  await Promise.all([
    transaction.query('insert into schema_version (store, revision, text) values ($1, $2, $3)', [
      store,
      revision,
      text,
    ]),
    transaction.query('update store set schema_revision = $2 where id = $1', [store, revision]),
    appendRevisions(transaction, store, head.revision, [note]),
  ])
  return { revision, outcomes: [], deleted: 0, complete: true }
}

async function requireClear(
  q: Queryable,
  store: StoreId,
  guards: readonly SchemaGuard[],
  search: Search,
): Promise<void> {
  for (const guard of guards) {
    const sample = await findGuarded(q, store, guard, search)
    if (sample !== null) throw guard.refuse(sample)
  }
}
