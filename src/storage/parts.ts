// Changes that are too large to be held at once, as after an import of a million relationships. A
// cursor reads them in the order of revisions, and within one in the order of identities. Each
// batch of rows becomes some changes, of which the last may be partial. A replaced relationship,
// whose old version ends and new one begins, is never split between two changes.

import { type Change, limits, type Revision } from '../terms/index.js'
import {
  type ChangesAsk,
  type NextAsk,
  notRetained,
  type RevisionRow,
  readNext,
  readRevisions,
  toChanges,
  VERSIONS,
  type VersionRow,
} from './changes.js'
import type { Database, Queryable } from './database.js'
import { IDENTITY, toIdentityRow } from './record.js'
import { readHead } from './revisions.js'

/**
 * Reads the next changes, in order and without gaps. There are none at the head. The last one may
 * be partial.
 * @throws Refusal `revision-unavailable` when what follows `after` is no longer retained,
 *   `store-not-found` once the store is deleted
 */
export async function readChanges(database: Database, ask: ChangesAsk): Promise<readonly Change[]> {
  const followed = { ...ask, known: null }
  const { changes } = await readNext(database, followed)
  if (changes !== null) return changes
  let first: readonly Change[] = []
  await readParts(database, followed, part => {
    first = part
    return false
  })
  return first
}

/**
 * Delivers all changes, part by part, for as long as `take` returns true.
 * @throws Refusal as `readNext` does; what `take` throws
 */
export function readParts(
  database: Database,
  ask: NextAsk,
  take: (changes: readonly Change[]) => boolean,
): Promise<void> {
  const { store, after, rowsMax = limits.changeRowsMax } = ask
  return database.snapshot(async q => {
    const { revisions } = await readRevisions(q, ask)
    if (revisions.length === 0) return
    const { oldest } = await readHead(q, store)
    if (after < oldest) throw notRetained(after, oldest)
    await openCursor(q, ask, revisions[revisions.length - 1].revision)
    let rest: Rest = { revisions, rows: [] }
    for (;;) {
      const rows = await q.query<VersionRow>(`fetch ${rowsMax} from happened`)
      const isEnd = rows.length < rowsMax
      const cut = isEnd
        ? { changes: toChanges(rest.revisions, [...rest.rows, ...rows]), rest }
        : cutOff({ ...rest, rows: [...rest.rows, ...rows] })
      rest = cut.rest
      if (cut.changes.length > 0 && !take(cut.changes)) return
      if (isEnd) return
    }
  })
}

async function openCursor(
  q: Queryable,
  { store, after, within }: ChangesAsk,
  last: Revision,
): Promise<void> {
  const place = ['revision', ...IDENTITY].map(column => `v.${column}`).join(', ')
  const from = within === null ? [] : [after + 1, ...Object.values(toIdentityRow(within))]
  const bounds = from.map((_, i) => `$${i + 4}`).join(', ')
  const condition = within === null ? '' : `where (${place}) > (${bounds})`
  await q.query(
    `declare happened no scroll cursor for
     select * from (${VERSIONS}) v ${condition} order by ${place}, v.begins`,
    [store, after, last, ...from],
  )
}

/**
 * What was not delivered yet: the remaining revisions, of which the first may have been delivered
 * in part, and the rows that were read ahead.
 */
interface Rest {
  readonly revisions: readonly RevisionRow[]
  readonly rows: readonly VersionRow[]
}

/**
 * Returns the changes of all rows but those of the last relationship, of which more rows may
 * follow.
 */
function cutOff({ revisions, rows }: Rest): {
  readonly changes: readonly Change[]
  readonly rest: Rest
} {
  const last = rows[rows.length - 1]
  const before = rows[rows.length - 2]
  const isReplaced =
    before !== undefined && before.revision === last.revision && isSame(before, last)
  const end = rows.length - (isReplaced ? 2 : 1)
  const given = rows.slice(0, end)
  const isCut = given[given.length - 1]?.revision === last.revision
  const count = last.revision - revisions[0].revision
  const changes = toChanges(revisions.slice(0, isCut ? count + 1 : count), given)
  return {
    changes: isCut ? [...changes.slice(0, -1), { ...changes[count], partial: isCut }] : changes,
    rest: { revisions: revisions.slice(count), rows: rows.slice(end) },
  }
}

const isSame = (a: VersionRow, b: VersionRow): boolean =>
  IDENTITY.every(column => a[column] === b[column])
