// Whether a database still has the history that a follower has followed. One that takes another's place
// after a failure may lack its last revisions, and give their numbers to others; whoever went on as if
// nothing had happened would answer from a mixture of two histories. So it is proved by each connection
// before it is used, and by each look.

import {
  Refusal,
  type Revision,
  type RevisionFingerprint,
  type StoreId,
  toFingerprint,
} from '../terms/index.js'
import type { DatabaseRow, Queryable } from './database.js'
import { storeDeleted } from './revisions.js'

/** What is kept of a revision; nulls when nothing is, as of an old one without a note. */
export interface FingerprintRow extends DatabaseRow {
  readonly mark_at: number | null
  readonly mark_request_id: string | null
}

/** Its columns, where `p` is a revision. */
export const FINGERPRINT = 'p.at as mark_at, p.request_id as mark_request_id'

export const fingerprintOf = ({
  mark_at: at,
  mark_request_id: requestId,
}: FingerprintRow): RevisionFingerprint | null =>
  at === null ? null : toFingerprint(at, requestId)

/** The revision that was followed last, as the database has it now. */
interface Followed {
  readonly revision: Revision
  readonly head: Revision
  readonly fingerprint: RevisionFingerprint | null
}

/**
 * @param known the mark that the revision had; null when it was not looked at yet
 * @throws Refusal `history-lost` when it is not there, or is another one
 */
export function requireHistory(
  { revision, head, fingerprint }: Followed,
  known: RevisionFingerprint | null,
): void {
  if (head < revision) {
    throw lost(`this node has followed it to revision ${revision}, but it ends at ${head}`)
  }
  if (known !== null && fingerprint !== null && fingerprint !== known) {
    throw lost(`revision ${revision} is not the one that this node has followed`)
  }
}

interface MarkedHead {
  readonly revision: Revision
  readonly fingerprint: RevisionFingerprint | null
  /** How many relationships are stored, those that have expired included. */
  readonly relationships: number
}

/** The newest revision with its mark. @throws Refusal `store-not-found` once the store is deleted */
export async function readFingerprintedHead(q: Queryable, store: StoreId): Promise<MarkedHead> {
  const [row] = await q.query<
    FingerprintRow & { readonly head: Revision; readonly relationships: number }
  >(
    `select s.head, s.relationships, ${FINGERPRINT} from store s
     left join revision p on p.store = s.id and p.revision = s.head
     where s.id = $1 and s.deleted_at is null`,
    [store],
  )
  if (row === undefined) throw storeDeleted()
  return { revision: row.head, fingerprint: fingerprintOf(row), relationships: row.relationships }
}

/**
 * Holds what a database has against what was followed; a store that is deleted has nothing.
 * @throws Refusal `history-lost`
 */
export async function proveHistory(
  q: Queryable,
  store: StoreId,
  revision: Revision,
  known: RevisionFingerprint | null,
): Promise<void> {
  const [row] = await q.query<FingerprintRow & { readonly head: Revision }>(
    `select s.head, ${FINGERPRINT} from store s
     left join revision p on p.store = s.id and p.revision = $2
     where s.id = $1 and s.deleted_at is null`,
    [store, revision],
  )
  if (row !== undefined)
    requireHistory({ revision, head: row.head, fingerprint: fingerprintOf(row) }, known)
}

const lost = (how: string): Refusal =>
  new Refusal(
    'history-lost',
    `the datastore has lost a part of its history: ${how}; nothing is answered from it until this node is started again`,
  )
