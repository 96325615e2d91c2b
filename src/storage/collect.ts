// Garbage collection: what no request may read any more is deleted. It goes in small steps, each a
// short transaction, so that writers never wait long and several collectors may run at once:
//   1. Relationships that expired longer ago than the retention are deleted, at a revision like any
//     other. So every relationship that leaves the store appears in the change feed.
//   2. The oldest readable revision moves up. Revisions below it are deleted unless they carry a
//     note.
//   3. Versions that ended at or before it are deleted, and so is what abandoned imports have left.

import { limits, NO_NOTE, type Revision, type StoreId } from '../terms/index.js'
import { ledBy } from './condition.js'
import type { Database, Queryable } from './database.js'
import { dropAbandoned } from './imports.js'
import { appendRevisions, lockHead, readHead } from './revisions.js'

/** The maximum number of rows of one step. */
const STEP_ROWS = 1000

interface Retention {
  readonly store: StoreId
  /** The retention, ms. Revisions that were the newest within this time stay readable. */
  readonly retentionMs: number
  /** The current time, ms since 1970. */
  readonly now: number
}

interface Collected {
  /** The oldest revision that can be read from now on. */
  readonly oldest: Revision
  /** The number of versions that were deleted. */
  readonly removed: number
}

/** Runs all steps once, for as long as there is something to collect. */
export async function collect(
  database: Database,
  { store, retentionMs, now }: Retention,
): Promise<Collected> {
  const before = now - retentionMs
  await untilDone(() => database.transaction(step => deleteExpired(step, store, before)))
  await untilDone(() => database.transaction(step => raiseOldest(step, store, before)))
  await dropAbandoned(database, store, limits.importIdleMs)
  const { oldest } = await readHead(database, store)
  const removed = await untilDone(() => removeVersions(database, store, oldest))
  return { oldest, removed }
}

/** Repeats the step until it handles fewer rows than its maximum. Returns the sum of the rows. */
async function untilDone(step: () => Promise<number>): Promise<number> {
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
  const [found] = await transaction.query(`select 1 from relationship r where ${expired} limit 1`, [
    store,
    before,
  ])
  if (found === undefined) return 0
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

/**
 * Raises the oldest readable revision to the newest that is older than `before`, by at most one
 * step. Returns by how many revisions.
 */
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
