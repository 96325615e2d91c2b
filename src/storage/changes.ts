// The change of each revision, read back in order. A revision's own row and the versions of its
// relationships were committed together. Who reads the first therefore reads the others too, unless
// they were collected; the same statement proves that they were not.

import {
  assert,
  type Change,
  type JsonObject,
  limits,
  Refusal,
  type Relationship,
  type RelationshipIdentity,
  type Revision,
  type RevisionFingerprint,
  type StoreId,
} from '../terms/index.js'
import { ledBy } from './condition.js'
import type { DatabaseRow, Queryable } from './database.js'
import { FINGERPRINT, type FingerprintRow, fingerprintOf, requireHistory } from './history.js'
import { listRelationship, type RelationshipRow, toRelationship } from './record.js'
import { storeDeleted } from './revisions.js'

export interface RevisionRow extends DatabaseRow {
  readonly revision: Revision
  readonly at: number
  readonly actor: string | null
  readonly reason: string | null
  readonly request_id: string | null
  readonly metadata: string | null
  readonly schema_changed: boolean
}

/** The columns of the last followed revision, repeated in each row. */
type FollowedRow = FingerprintRow & { readonly head: Revision }

/** A version of a relationship that begins or ends in the range. */
export type VersionRow = RelationshipRow & {
  readonly begins: boolean
  readonly revision: Revision
}

/** A request for the changes after a revision. */
export interface ChangesAsk {
  readonly store: StoreId
  readonly after: Revision
  /**
   * The relationship after which to begin in the revision that follows `after`. Null for the
   * revision's beginning.
   */
  readonly within: RelationshipIdentity | null
  /** The maximum number of revisions. */
  readonly limit: number
  /** The maximum number of relationships. */
  readonly rowsMax?: number
}

/** A request of a consumer that follows the store. */
export interface NextAsk extends ChangesAsk {
  /** The known fingerprint of `after`. Null before the first read. */
  readonly known: RevisionFingerprint | null
}

interface Next {
  /**
   * The changes. Null when they have more relationships than may be held at a time. `within` is
   * ignored here.
   */
  readonly changes: readonly Change[] | null
  /** The fingerprint of `after`. Null when its row is no longer retained. */
  readonly fingerprint: RevisionFingerprint | null
}

/**
 * Reads the next changes, in order and without gaps. There are none at the head.
 * @throws Refusal `revision-unavailable` when what follows `after` is no longer retained,
 *   `store-not-found` once the store is deleted, `history-lost` when `after` has another
 *   fingerprint than the known one
 */
export async function readNext(q: Queryable, ask: NextAsk): Promise<Next> {
  const { store, after, rowsMax = limits.changeRowsMax } = ask
  const { revisions, fingerprint } = await readRevisions(q, ask)
  if (revisions.length === 0) return { changes: [], fingerprint }
  const last = revisions[revisions.length - 1].revision
  const rows = await readVersions(q, { store, after, last }, rowsMax + 1)
  if (rows.length === 0) throw storeDeleted()
  const [{ oldest }] = rows
  if (after < oldest) throw notRetained(after, oldest)
  if (rows.length > rowsMax) return { changes: null, fingerprint }
  const versions = rows.filter((row): row is VersionRow & Proof => row.begins !== null)
  return { changes: toChanges(revisions, versions), fingerprint }
}

export const notRetained = (revision: Revision, oldest: Revision): Refusal =>
  new Refusal(
    'revision-unavailable',
    `invalid revision: ${revision} is no longer retained, the oldest is ${oldest}`,
  )

/** Reads the rows of the next revisions, and the fingerprint of `after`. */
export async function readRevisions(
  q: Queryable,
  { store, after, known, limit }: NextAsk,
): Promise<{
  readonly revisions: readonly RevisionRow[]
  readonly fingerprint: RevisionFingerprint | null
}> {
  // A store that exists yields at least one row. At its head that row has null in all columns of
  // the revision.
  const rows = await q.query<(RevisionRow | { readonly revision: null }) & FollowedRow>(
    `select v.*, s.head, ${FINGERPRINT} from store s
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
  const fingerprint = fingerprintOf(first)
  if (known !== null) requireHistory({ revision: after, head: first.head, fingerprint }, known)
  return {
    revisions: rows.filter((row): row is RevisionRow & FollowedRow => row.revision !== null),
    fingerprint: known ?? fingerprint,
  }
}

/** The oldest retained revision, which proves that the versions are complete. */
interface Proof extends DatabaseRow {
  readonly oldest: Revision
}

interface RevisionRange {
  readonly store: StoreId
  readonly after: Revision
  readonly last: Revision
}

/** SQL for the versions that begin or end in a range. One that does both comes twice. */
export const VERSIONS = ['created_revision', 'deleted_revision']
  .map((column, index) => {
    const begins = index === 0
    return `select ${listRelationship('r')}, ${begins} as begins, r.${column} as revision
      from relationship r where r.store = $1 and r.${column} > $2 and r.${column} <= $3
        and ${begins ? ledBy.creation : ledBy.deletion}`
  })
  .join(' union all ')

/**
 * Reads the versions of the range. There is at least one row, with nulls when there is no version.
 */
const readVersions = (q: Queryable, { store, after, last }: RevisionRange, limit: number) =>
  q.query<(VersionRow | { readonly begins: null }) & Proof>(
    `select s.oldest, v.* from store s left join (${VERSIONS} limit $4) v on true
     where s.id = $1 and s.deleted_at is null`,
    [store, after, last, limit],
  )

/** Joins the rows of consecutive revisions and of their versions to changes. */
export function toChanges(
  revisions: readonly RevisionRow[],
  versions: readonly VersionRow[],
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
    const change = changes[row.revision - changes[0].revision]
    assert(change?.revision === row.revision, 'revisions have no gaps')
    const list = row.begins ? change.created : change.deleted
    list.push(toRelationship(row))
  }
  return changes
}
