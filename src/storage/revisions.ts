// The order of a store. The store's row numbers the revisions. Only one transaction at a time holds
// the lock on that row, which makes the revisions one gap-free sequence for all nodes. Every
// transaction that changes a store locks the head first and appends its revisions last.

import { Refusal, type Revision, type RevisionNote, type StoreId } from '../terms/index.js'
import type { DatabaseRow, Queryable } from './database.js'
import type { Stock } from './quota.js'

/** The head of a store and the bounds of what can be read. */
export interface Head {
  /** The newest revision. */
  readonly revision: Revision
  /** The revision that wrote the schema in force; 0 before the first. */
  readonly schemaRevision: Revision
  /** The oldest revision that can still be read. */
  readonly oldest: Revision
}

/** The head with the count and quota of the store. */
interface LockedHead extends Head, Stock {}

/**
 * Reads the head.
 * @throws Refusal `store-not-found` once the store is deleted
 */
export async function readHead(q: Queryable, store: StoreId): Promise<Head> {
  return toHead(await selectStore<HeadRow>(q, store, HEAD))
}

/**
 * Locks the head until the end of the transaction. Statements after this one see everything that
 * earlier holders of the lock have committed.
 * @throws Refusal `store-not-found` once the store is deleted
 */
export async function lockHead(transaction: Queryable, store: StoreId): Promise<LockedHead> {
  const columns = `${HEAD}, ${STOCK}`
  const row = await selectStore<HeadRow & StockRow>(transaction, store, columns, 'for update')
  return { ...toHead(row), ...toStock(row) }
}

/**
 * Reads the count and the quota of the store.
 * @throws Refusal `store-not-found` once the store is deleted
 */
export async function readStock(q: Queryable, store: StoreId): Promise<Stock> {
  return toStock(await selectStore<StockRow>(q, store, STOCK))
}

const HEAD = 'head, schema_revision, oldest'
const STOCK = 'name, relationships, relationships_max'

interface HeadRow extends DatabaseRow {
  readonly head: Revision
  readonly schema_revision: Revision
  readonly oldest: Revision
}

interface StockRow extends DatabaseRow {
  readonly name: string
  readonly relationships: number
  readonly relationships_max: number | null
}

async function selectStore<Found extends DatabaseRow>(
  q: Queryable,
  store: StoreId,
  columns: string,
  lock = '',
): Promise<Found> {
  const [row] = await q.query<Found>(
    `select ${columns} from store where id = $1 and deleted_at is null ${lock}`,
    [store],
  )
  if (row === undefined) throw storeDeleted()
  return row
}

const toHead = ({ head, schema_revision, oldest }: HeadRow): Head => ({
  revision: head,
  schemaRevision: schema_revision,
  oldest,
})

const toStock = ({ name, relationships, relationships_max }: StockRow): Stock => ({
  name,
  relationships,
  relationshipsMax: relationships_max,
})

/**
 * Reads the commit time of the revision, ms since 1970. Null for revision 0, and for one that is no
 * longer retained.
 */
export async function readCommitTime(
  q: Queryable,
  store: StoreId,
  revision: Revision,
): Promise<number | null> {
  const [row] = await q.query<{ at: number }>(
    'select at from revision where store = $1 and revision = $2',
    [store, revision],
  )
  return row?.at ?? null
}

/** The refusal of every request to a store that was deleted. */
export const storeDeleted = (): Refusal =>
  new Refusal('store-not-found', 'store not found: it has been deleted')

/** The channel on which commits are notified. All stores share it. */
export const CHANNEL = 'pemba_changes'

/**
 * Whether a notification of the channel concerns the store. Null means that some were missed, so it
 * may.
 */
export const isAbout = (store: StoreId, text: string | null): boolean =>
  text === null || text.startsWith(`${store} `)

/**
 * Appends one revision for each note after `head`, moves the head to the last, and notifies all
 * nodes.
 * @param grown the number of relationships that were created, less those that were deleted
 */
export async function appendRevisions(
  transaction: Queryable,
  store: StoreId,
  head: Revision,
  notes: readonly RevisionNote[],
  grown = 0,
): Promise<void> {
  await transaction.query(
    `with moment as (
       select greatest(floor(extract(epoch from clock_timestamp()) * 1000)::bigint,
         (select at from revision where store = $1 and revision = $2)) as at
     ), appended as (
       insert into revision (store, revision, at, actor, reason, request_id, metadata)
       select $1, $2::bigint + n.place, moment.at, n.actor, n.reason, n.request_id, n.metadata
       from moment, unnest($3::text[], $4::text[], $5::text[], $6::text[]) with ordinality
         as n(actor, reason, request_id, metadata, place)
     ), moved as (
       update store set head = $7, relationships = relationships + $8::bigint where id = $1
     )
     select pg_notify('${CHANNEL}', $1 || ' ' || $7)`,
    [
      store,
      head,
      notes.map(note => note.actor),
      notes.map(note => note.reason),
      notes.map(note => note.requestId),
      notes.map(note => (note.metadata === null ? null : JSON.stringify(note.metadata))),
      head + notes.length,
      grown,
    ],
  )
}
