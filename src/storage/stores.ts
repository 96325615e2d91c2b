// The stores (tenants) of a database: found by name, created, listed and deleted. To delete a store
// is to mark its row, which every request reads before anything else. From then on all requests are
// refused, and the name is free. The other rows are deleted later, in small steps, when no node can
// still be answering from what it holds of them.

import { Refusal, type StoreId } from '../terms/index.js'
import type { Database, DatabaseRow, Queryable } from './database.js'
import { CHANNEL } from './revisions.js'

export interface StoredStore {
  readonly name: string
  /** The time of creation by the database's clock, ms since 1970. */
  readonly createdAt: number
  /** The number of stored relationships, including expired ones that were not collected yet. */
  readonly relationships: number
  /** The quota of relationships. Null for none. */
  readonly relationshipsMax: number | null
}

export interface StoreListing {
  /** The last name of the page before, or null. */
  readonly after: string | null
  readonly limit: number
}

/** The maximum number of rows of one step. */
const STEP_ROWS = 1000
const NOW = 'floor(extract(epoch from clock_timestamp()) * 1000)::bigint'

/** All tables with rows of stores, except the table of stores itself. */
export const TABLES = [
  'relationship',
  'revision',
  'schema_version',
  'staged',
  'import',
  'counter',
] as const

interface StoreRow extends DatabaseRow {
  readonly name: string
  readonly created_at: number
  readonly relationships: number
  readonly relationships_max: number | null
}

const COLUMNS = 'name, created_at, relationships, relationships_max'

const toStored = (row: StoreRow): StoredStore => ({
  name: row.name,
  createdAt: row.created_at,
  relationships: row.relationships,
  relationshipsMax: row.relationships_max,
})

/**
 * Creates a store.
 * @param quota the maximum number of relationships, null for no quota
 * @throws Refusal `store-exists`
 */
export async function createStore(
  q: Queryable,
  name: string,
  quota: number | null = null,
): Promise<StoredStore> {
  const [created] = await q.query<StoreRow>(
    `insert into store (id, name, relationships_max)
     values ('s' || nextval('store_number'), $1, $2)
     on conflict (name) where deleted_at is null do nothing returning ${COLUMNS}`,
    [name, quota],
  )
  if (created === undefined) {
    throw new Refusal('store-exists', `the store \`${name}\` exists already`)
  }
  return toStored(created)
}

/**
 * Sets the quota of the store, null for none. Relationships beyond the quota stay.
 * @throws Refusal `store-not-found`
 */
export async function setQuota(
  q: Queryable,
  name: string,
  quota: number | null,
): Promise<StoredStore> {
  const [changed] = await q.query<StoreRow>(
    `update store set relationships_max = $2 where name = $1 and deleted_at is null
     returning ${COLUMNS}`,
    [name, quota],
  )
  if (changed === undefined) throw notFound(name)
  return toStored(changed)
}

/** Returns the id of the store that has the name now, or null. */
export async function findStore(q: Queryable, name: string): Promise<StoreId | null> {
  const [found] = await q.query<{ id: StoreId }>(
    'select id from store where name = $1 and deleted_at is null',
    [name],
  )
  return found?.id ?? null
}

/** Reads a page of stores in the order of their names by bytes. */
export async function listStores(
  q: Queryable,
  { after, limit }: StoreListing,
): Promise<readonly StoredStore[]> {
  const rows = await q.query<StoreRow>(
    `select ${COLUMNS} from store where deleted_at is null and name > $1
     order by name limit $2`,
    [after ?? '', limit],
  )
  return rows.map(toStored)
}

/**
 * Marks the store as deleted, and notifies all nodes that follow it. @throws Refusal
 * `store-not-found`
 */
export async function deleteStore(q: Queryable, name: string): Promise<void> {
  const [deleted] = await q.query(
    `with deleted as (
       update store set deleted_at = ${NOW} where name = $1 and deleted_at is null returning id
     ) select pg_notify('${CHANNEL}', id || ' deleted') from deleted`,
    [name],
  )
  if (deleted === undefined) throw notFound(name)
}

const notFound = (name: string): Refusal =>
  new Refusal('store-not-found', `store \`${name}\` not found`)

/** Reads the ids of all stores that are not deleted. */
export async function readStoreIds(q: Queryable): Promise<readonly StoreId[]> {
  const rows = await q.query<{ id: StoreId }>('select id from store where deleted_at is null')
  return rows.map(({ id }) => id)
}

/** Deletes all rows of the stores that were deleted longer ago than `graceMs`. */
export async function removeDeleted(database: Database, graceMs: number): Promise<void> {
  const deleted = await database.query<{ id: StoreId }>(
    `select id from store where deleted_at <= ${NOW} - $1::bigint`,
    [graceMs],
  )
  for (const { id } of deleted) await removeStore(database, id)
}

/**
 * Deletes all rows of a store. Several nodes may do so at once: the store's own row is deleted
 * last, and only when no other row of it exists, not even one that another node is just deleting
 * and may fail to.
 */
async function removeStore(database: Database, store: StoreId): Promise<void> {
  for (const table of TABLES) {
    while ((await removeSome(database, table, store)) > 0);
  }
  const absent = TABLES.map(table => `not exists (select from ${table} where store = $1)`)
  await database.query(`delete from store where id = $1 and ${absent.join(' and ')}`, [store])
}

async function removeSome(database: Database, table: string, store: StoreId): Promise<number> {
  const rows = await database.query(
    `delete from ${table} where ctid = any (array(
       select ctid from ${table} where store = $1 limit ${STEP_ROWS} for update skip locked
     )) returning 1`,
    [store],
  )
  return rows.length
}
