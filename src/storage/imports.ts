// The import of many relationships as one revision. They are staged as they arrive, in short
// statements, so that an import of hours holds neither the order lock nor a session. One
// transaction then moves all of them, or none. An import that ends early leaves at worst staged
// rows, which belong to no revision and are deleted by a later collection.

import { Refusal, type Relationship, type StoreId, toRevision } from '../terms/index.js'
import { alreadyExists } from './batch.js'
import { isOpen, ledBy } from './condition.js'
import type { Database, Queryable } from './database.js'
import { Quota, quotaExceeded, type Stock } from './quota.js'
import {
  IDENTITY,
  listIdentity,
  listRelationship,
  OPEN,
  type RelationshipRow,
  toIdentityArrays,
  toRelationship,
  toTraitArrays,
} from './record.js'
import { type ImportRequest, requireSchema, type WriteOutcome } from './request.js'
import { appendRevisions, lockHead, readStock } from './revisions.js'

/** An import that has begun. */
export interface Import {
  readonly store: StoreId
  readonly id: string
  /** The count and quota of the store when the import began. */
  readonly stock: Stock
}

/** The maximum number of rows that one statement drops. */
const STEP_ROWS = 5000
const NOW = 'floor(extract(epoch from clock_timestamp()) * 1000)::bigint'
const COLUMNS = [...IDENTITY, 'caveat_name', 'caveat_context', 'expires_at']

/** Begins an import. */
export async function beginImport(q: Queryable, store: StoreId): Promise<Import> {
  const stock = await readStock(q, store)
  const [{ id }] = await q.query<{ id: string }>(
    `insert into import (id, store, seen_at) values (gen_random_uuid()::text, $1, ${NOW})
     returning id`,
    [store],
  )
  return { store, id, stock }
}

/**
 * Refuses an import that could not be committed even in an empty store, before millions of
 * relationships are staged in vain.
 * @param staged the number of relationships staged so far
 * @throws Refusal `quota-exceeded`
 */
export function requireRoom({ stock }: Import, staged: number): void {
  const { relationshipsMax } = stock
  if (relationshipsMax !== null && staged > relationshipsMax) throw quotaExceeded(stock, staged)
}

/**
 * Stages relationships.
 * @throws Refusal `serialization-failure` when the import was dropped as abandoned meanwhile
 */
export async function stage(
  q: Queryable,
  { store, id }: Import,
  relationships: readonly Relationship[],
): Promise<void> {
  const types = COLUMNS.map(column => (column === 'expires_at' ? 'bigint' : 'text'))
  const arrays = types.map((type, index) => `$${index + 3}::${type}[]`).join(', ')
  const columns = COLUMNS.join(', ')
  const rows = await q.query(
    `with seen as (update import set seen_at = ${NOW} where id = $2 returning 1), added as (
       insert into staged (store, import, ${columns})
       select $1, $2, ${columns} from unnest(${arrays}) as t(${columns})
     ) select 1 from seen`,
    [store, id, ...toIdentityArrays(relationships), ...toTraitArrays(relationships)],
  )
  if (rows.length === 0) throw abandoned()
}

const abandoned = (): Refusal =>
  new Refusal('serialization-failure', 'nothing came of the import for so long that it was dropped')

/**
 * Makes everything that is staged one revision. An empty import makes one too.
 * @throws Refusal `already-exists`, `quota-exceeded`; StaleSchema
 */
export async function commitImport(
  transaction: Queryable,
  store: StoreId,
  clock: () => number,
  request: ImportRequest,
): Promise<WriteOutcome> {
  const head = await lockHead(transaction, store)
  requireSchema(request.schemaRevision, head.schemaRevision)
  const revision = toRevision(head.revision + 1)
  const target = [store, request.id, revision]
  // An expired relationship does not exist, so it is replaced.
  const [{ replaced }] = await transaction.query<{ replaced: number }>(
    `with expired as materialized (
       select r.ctid as place, ${listIdentity('r')} from relationship r
       where r.store = $1 and r.expires_at <= $4 and ${ledBy.expiry}
     ), replaced as (
       select r.place from expired r
       where exists (select from staged s where s.store = $1 and s.import = $2 and ${same('s')})
     ), closed as (
       update relationship v set deleted_revision = $3 from replaced where v.ctid = replaced.place
       returning 1
     ) select count(*) as replaced from closed`,
    [...target, clock()],
  )
  const quota = new Quota(head)
  quota.take(request.count - replaced)
  const columns = COLUMNS.join(', ')
  const [{ count }] = await transaction.query<{ count: number }>(
    `with moved as (
       insert into relationship (store, created_revision, deleted_revision, ${columns})
       select $1, $3, ${OPEN}, ${columns} from staged s where s.store = $1 and s.import = $2
       on conflict do nothing returning 1
     ) select count(*) as count from moved`,
    target,
  )
  if (count !== request.count) throw await refusal(transaction, target)
  await appendRevisions(transaction, store, head.revision, [request.note], quota.grown)
  await transaction.query('delete from import where id = $1', [request.id])
  return { revision, outcomes: [], deleted: 0, complete: true }
}

const same = (alias: string): string =>
  IDENTITY.map(column => `r.${column} = ${alias}.${column}`).join(' and ')

/** Returns why not all could be created: a relationship exists already, or came twice. */
async function refusal(transaction: Queryable, target: readonly unknown[]): Promise<Refusal> {
  const [stored] = await transaction.query<RelationshipRow>(
    `select ${listRelationship('s')} from staged s join relationship r
       on r.store = $1 and ${same('s')} and ${isOpen} and r.created_revision < $3
     where s.store = $1 and s.import = $2 limit 1`,
    target,
  )
  if (stored !== undefined) return alreadyExists(toRelationship(stored))
  const [repeated] = await transaction.query<RelationshipRow>(
    `select ${listIdentity('s')}, null as caveat_name, null as caveat_context, null as expires_at
     from staged s where s.store = $1 and s.import = $2
     group by ${listIdentity('s')} having count(*) > 1 limit 1`,
    target.slice(0, 2),
  )
  return repeated === undefined ? abandoned() : alreadyExists(toRelationship(repeated))
}

/** Deletes the import and what it has staged, whether it was committed or not. */
export async function dropImport(
  database: Database,
  { store, id }: Pick<Import, 'store' | 'id'>,
): Promise<void> {
  let dropped: number
  do {
    const rows = await database.query(
      `delete from staged where ctid = any (array(
         select ctid from staged where store = $1 and import = $2 limit ${STEP_ROWS}
       )) returning 1`,
      [store, id],
    )
    dropped = rows.length
  } while (dropped > 0)
  await database.query('delete from import where id = $1', [id])
}

/** Deletes the imports that have staged nothing for `idleMs`. */
export async function dropAbandoned(
  database: Database,
  store: StoreId,
  idleMs: number,
): Promise<void> {
  const abandonedImports = await database.query<{ id: string }>(
    `select id from import where store = $1 and seen_at < ${NOW} - $2::bigint`,
    [store, idleMs],
  )
  for (const { id } of abandonedImports) await dropImport(database, { store, id })
}
