// What each revision did, read back in order. A revision's own row and those of its relationships
// were committed together, so what has the first has the others too, unless they were collected;
// the look that reads them proves that they were not.

import {
  assert,
  type Change,
  type JsonObject,
  Refusal,
  type Relationship,
  type Revision,
  type StoreId,
} from '../terms/index.js'
import { ledBy } from './condition.js'
import type { Queryable, Row } from './database.js'
import { type Followed, type Mark, requireHistory } from './history.js'
import { listRelationship, type RelationshipRow, toRelationship } from './record.js'
import { storeDeleted } from './revisions.js'

interface RevisionRow extends Row {
  readonly revision: Revision
  readonly at: number
  readonly actor: string | null
  readonly reason: string | null
  readonly request_id: string | null
  readonly metadata: string | null
  readonly schema_changed: boolean
}

/** What there is of the revision that was followed last, in each row. */
interface FollowedRow extends Row {
  readonly head: Revision
  readonly mark_at: number | null
  readonly mark_request_id: string | null
}

/** A version that begins or ends in the range; all but `oldest` is null if there is none. */
type VersionRow = RelationshipRow & {
  readonly oldest: Revision
  readonly begins: boolean | null
  readonly created_revision: Revision
  readonly deleted_revision: Revision
}

/**
 * The next revisions after `after`, at most `limit`, in order and without gaps; none at the head.
 * @throws Refusal `revision-unavailable` when what follows `after` is no longer retained,
 *   `store-not-found` once the store is deleted
 */
export async function readChanges(
  q: Queryable,
  store: StoreId,
  after: Revision,
  limit: number,
): Promise<readonly Change[]> {
  return (await readNext(q, store, { after, known: null }, limit)).changes
}

/** Where somebody follows, and what it knows of the revision there. */
export interface Position {
  readonly after: Revision
  /** Null before the first look. */
  readonly known: Mark | null
}

/**
 * The same for who follows, with the mark of `after`.
 * @throws Refusal `history-lost` when it is another one than was known
 */
export async function readNext(
  q: Queryable,
  store: StoreId,
  { after, known }: Position,
  limit: number,
): Promise<{ readonly changes: readonly Change[]; readonly mark: Mark }> {
  const { revisions, followed } = await readRevisions(q, store, after, limit)
  if (known !== null) requireHistory(followed, known)
  const mark = known ?? followed.mark
  return { changes: await toNext(q, store, revisions, after), mark }
}

async function toNext(
  q: Queryable,
  store: StoreId,
  revisions: readonly RevisionRow[],
  after: Revision,
): Promise<readonly Change[]> {
  if (revisions.length === 0) return []
  const last = revisions[revisions.length - 1].revision
  const versions = await readVersions(q, store, after, last)
  if (versions.length === 0) throw storeDeleted()
  const [{ oldest }] = versions
  if (after < oldest) throw notRetained(after, oldest)
  return toChanges(revisions, versions, after)
}

export const notRetained = (revision: Revision, oldest: Revision): Refusal =>
  new Refusal(
    'revision-unavailable',
    `invalid revision: ${revision} is no longer retained, the oldest is ${oldest}`,
  )

async function readRevisions(
  q: Queryable,
  store: StoreId,
  after: Revision,
  limit: number,
): Promise<{ readonly revisions: readonly RevisionRow[]; readonly followed: Followed }> {
  // A store that is there has at least one row: of nothing but nulls when it is at its head.
  const rows = await q.query<(RevisionRow | { readonly revision: null }) & FollowedRow>(
    `select v.*, s.head, p.at as mark_at, p.request_id as mark_request_id from store s
     left join revision p on p.store = s.id and p.revision = $2
     left join lateral (
       select r.revision, r.at, r.actor, r.reason, r.request_id, r.metadata, exists (
         select from schema_version w where w.store = r.store and w.revision = r.revision
       ) as schema_changed
       from revision r where r.store = s.id and r.revision > $2 order by r.revision limit $3
     ) v on true where s.id = $1 and s.deleted_at is null order by v.revision`,
    [store, after, limit],
  )
  const [first] = rows
  if (first === undefined) throw storeDeleted()
  const mark = { at: first.mark_at, requestId: first.mark_request_id }
  return {
    revisions: rows.filter((row): row is RevisionRow & FollowedRow => row.revision !== null),
    followed: { revision: after, head: first.head, mark },
  }
}

/** Versions that begin or end in the range; one that does both comes twice. At least one row. */
const readVersions = (q: Queryable, store: StoreId, after: Revision, last: Revision) => {
  const columns = `${listRelationship('r')}, r.created_revision, r.deleted_revision`
  const where = (column: string): string =>
    `from relationship r where r.store = $1 and r.${column} > $2 and r.${column} <= $3`
  return q.query<VersionRow>(
    `select s.oldest, v.* from store s left join (
       select ${columns}, true as begins ${where('created_revision')} and ${ledBy.creation}
       union all
       select ${columns}, false as begins ${where('deleted_revision')} and ${ledBy.deletion}
     ) v on true where s.id = $1 and s.deleted_at is null`,
    [store, after, last],
  )
}

function toChanges(
  revisions: readonly RevisionRow[],
  versions: readonly VersionRow[],
  after: Revision,
): readonly Change[] {
  const changes = revisions.map(row => ({
    revision: row.revision,
    at: row.at,
    note: {
      actor: row.actor,
      reason: row.reason,
      requestId: row.request_id,
      metadata: row.metadata === null ? null : (JSON.parse(row.metadata) as JsonObject),
    },
    created: [] as Relationship[],
    deleted: [] as Relationship[],
    schemaChanged: row.schema_changed,
  }))
  for (const row of versions) {
    if (row.begins === null) continue
    const revision = row.begins ? row.created_revision : row.deleted_revision
    const change = changes[revision - after - 1]
    assert(change?.revision === revision, 'revisions have no gaps')
    const list = row.begins ? change.created : change.deleted
    list.push(toRelationship(row))
  }
  return changes
}
