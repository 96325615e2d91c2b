// Collection of what nobody may ask for any more. It goes in small steps, each a short transaction,
// so that writers never wait long and several collectors do no harm:
//   1. relationships that expired longer ago than the retention are deleted, at a revision like any
//      other: nothing ever leaves the store without the change feed telling so;
//   2. the oldest readable revision moves up, and revisions below it that carry no note go;
//   3. versions that ended at or before it go, and so does what dead imports have left.

import { limits, NO_NOTE, type Revision, type StoreId } from '../terms/index.js'
import { ledBy } from './condition.js'
import type { Database, Queryable } from './database.js'
import { dropAbandoned } from './imports.js'
import { appendRevisions, lockHead, readHead } from './revisions.js'

/** Rows of one step. */
const STEP_ROWS = 1000

interface Retention {
  readonly store: StoreId
  /** Revisions that were the newest within this time stay readable. */
  readonly retentionMs: number
  /** Milliseconds since 1970. */
  readonly now: number
}

interface Collected {
  /** The oldest revision that can be read from now on. */
  readonly oldest: Revision
  /** Versions that are gone. */
  readonly removed: number
}

export async function collect(
  database: Database,
  { store, retentionMs, now }: Retention,
): Promise<Collected> {
  const before = now - retentionMs
  await untilShort(() => database.transaction(step => deleteExpired(step, store, before)))
  await untilShort(() => database.transaction(step => raiseOldest(step, store, before)))
  await dropAbandoned(database, store, limits.importIdleMs)
  const { oldest } = await readHead(database, store)
  const removed = await untilShort(() => removeVersions(database, store, oldest))
  return { oldest, removed }
}

/** Repeats a step while it fills its bound; the sum of what the steps did. */
async function untilShort(step: () => Promise<number>): Promise<number> {
  let sum = 0
  for (;;) {
    const done = await step()
    sum += done
    if (done < STEP_ROWS) return sum
  }
}

async function deleteExpired(
  transaction: Queryable,
  store: StoreId,
  before: number,
): Promise<number> {
  const expired = `r.store = $1 and r.expires_at <= $2 and ${ledBy.expiry}`
  const [some] = await transaction.query(`select 1 from relationship r where ${expired} limit 1`, [
    store,
    before,
  ])
  if (some === undefined) return 0
  const head = await lockHead(transaction, store)
  const [{ count }] = await transaction.query<{ count: number }>(
    `with closed as (
       update relationship set deleted_revision = $3 where ctid = any (array(
         select ctid from relationship r where ${expired} limit ${STEP_ROWS}
       )) returning 1
     ) select count(*) as count from closed`,
    [store, before, head.revision + 1],
  )
  if (count > 0) await appendRevisions(transaction, store, head.revision, [NO_NOTE], -count)
  return count
}

/** Passes over as many revisions as a step may: up to the newest that is older than `before`. */
async function raiseOldest(
  transaction: Queryable,
  store: StoreId,
  before: number,
): Promise<number> {
  const { oldest } = await lockHead(transaction, store)
  const passed = await transaction.query<{ revision: Revision }>(
    `select revision from (
       select revision, at from revision where store = $1 and revision > $2
       order by revision limit ${STEP_ROWS}
     ) next where at <= $3 order by revision`,
    [store, oldest, before],
  )
  if (passed.length === 0) return 0
  const raised = passed[passed.length - 1].revision
  await transaction.query('update store set oldest = $2 where id = $1', [store, raised])
  await transaction.query(
    `delete from revision where store = $1 and revision >= $2 and revision < $3
       and actor is null and reason is null and request_id is null and metadata is null`,
    [store, oldest, raised],
  )
  return passed.length
}

async function removeVersions(
  database: Database,
  store: StoreId,
  oldest: Revision,
): Promise<number> {
  const rows = await database.query(
    `delete from relationship where ctid = any (array(
       select ctid from relationship r
       where r.store = $1 and r.deleted_revision <= $2 and ${ledBy.deletion}
       limit ${STEP_ROWS} for update skip locked
     )) returning 1`,
    [store, oldest],
  )
  return rows.length
}
