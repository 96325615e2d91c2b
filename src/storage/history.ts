// Whether a database still has the history that a follower has followed. One that takes another's place
// after a failure may lack its last revisions, and give their numbers to others; whoever went on as if
// nothing had happened would answer from a mixture of two histories.

import { Refusal, type Revision, type StoreId } from '../terms/index.js'
import type { Queryable } from './database.js'
import { storeDeleted } from './revisions.js'

/** What a revision is known by beside its number. */
export interface Mark {
  /** When it was committed, ms since 1970; null when nothing is kept of it. */
  readonly at: number | null
  readonly requestId: string | null
}

/**
 * The mark of a revision that was followed.
 * @param known the mark that it had; null when it was not looked at yet
 * @throws Refusal `history-lost` when it is not there, or is another one
 */
export async function requireHistory(
  q: Queryable,
  store: StoreId,
  revision: Revision,
  known: Mark | null,
): Promise<Mark> {
  const [row] = await q.query<{ head: Revision; at: number | null; request_id: string | null }>(
    `select s.head, r.at, r.request_id from store s
     left join revision r on r.store = s.id and r.revision = $2
     where s.id = $1 and s.deleted_at is null`,
    [store, revision],
  )
  if (row === undefined) throw storeDeleted()
  if (row.head < revision) {
    throw lost(`this node has followed it to revision ${revision}, but it ends at ${row.head}`)
  }
  // Of an old revision without a note nothing is kept.
  const isKept = row.at !== null && known !== null && known.at !== null
  if (isKept && (row.at !== known.at || row.request_id !== known.requestId)) {
    throw lost(`revision ${revision} is not the one that this node has followed`)
  }
  return known ?? { at: row.at, requestId: row.request_id }
}

const lost = (how: string): Refusal =>
  new Refusal(
    'history-lost',
    `the datastore has lost a part of its history: ${how}; nothing is answered from it until this node is started again`,
  )
