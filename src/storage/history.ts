// The proof that a database still has the history that a node has followed. A database that takes
// over after a failure may lack the last revisions, and give their numbers to others. A node that
// went on regardless would answer from a mixture of two histories. So each connection proves its
// history before it is used, and so does each read of the change feed.

import {
  Refusal,
  type Revision,
  type RevisionFingerprint,
  type StoreId,
  toFingerprint,
} from '../terms/index.js'
import type { DatabaseRow, Queryable } from './database.js'
import { storeDeleted } from './revisions.js'

/**
 * The columns from which a revision's fingerprint is made. They are null when its row is no longer
 * retained, which happens to old revisions without a note.
 */
export interface FingerprintRow extends DatabaseRow {
  readonly mark_at: number | null
  readonly mark_request_id: string | null
}

/** The columns as SQL, where `p` is the revision. */
export const FINGERPRINT = 'p.at as mark_at, p.request_id as mark_request_id'

export const fingerprintOf = ({
  mark_at: at,
  mark_request_id: requestId,
}: FingerprintRow): RevisionFingerprint | null =>
  at === null ? null : toFingerprint(at, requestId)

/** The last followed revision, as the database has it now. */
interface Followed {
  readonly revision: Revision
  readonly head: Revision
  readonly fingerprint: RevisionFingerprint | null
}

/**
 * Verifies that the database has the followed revision.
 * @param known the fingerprint that the revision had; null when it was not read yet
 * @throws Refusal `history-lost` when the revision is missing, or has another fingerprint
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

/** The head of a store. */
interface FingerprintedHead {
  readonly revision: Revision
  readonly fingerprint: RevisionFingerprint | null
  /** The number of stored relationships, expired ones included. */
  readonly relationships: number
}

/**
 * Reads the newest revision with its fingerprint.
 * @throws Refusal `store-not-found` once the store is deleted
 */
export async function readFingerprintedHead(
  q: Queryable,
  store: StoreId,
): Promise<FingerprintedHead> {
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
 * Verifies the history of a store in a database. A deleted store has none to verify.
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
    `the datastore has lost a part of its history: ${how}; ` +
      'nothing is answered from it until this node is started again',
  )
