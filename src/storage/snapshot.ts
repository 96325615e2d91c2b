// A whole store at one revision, in pages. All pages are of the same revision, so they agree
// without a transaction that stays open while a client reads slowly. An open one would keep a
// PostgreSQL server from vacuuming, and an embedded database from doing anything else. It only has
// to be verified that nothing of the revision was collected meanwhile, which is done after each
// page.

import { limits, Refusal, type Relationship, type Revision, type StoreId } from '../terms/index.js'
import { notRetained } from './changes.js'
import type { Database } from './database.js'
import { readRelationships } from './reads.js'
import { readHead } from './revisions.js'

interface SnapshotPage {
  readonly revision: Revision
  /**
   * The relationships in the order of identities by bytes, over all pages. Expired ones are
   * included.
   */
  readonly relationships: readonly Relationship[]
}

/**
 * Reads the store at revision `at`, or at the head for null, in at least one page.
 * @throws Refusal `revision-unavailable` when `at` is not retained, or ahead of the head
 */
export async function* readSnapshot(
  database: Database,
  store: StoreId,
  at: Revision | null,
): AsyncGenerator<SnapshotPage> {
  const head = await readHead(database, store)
  const revision = at ?? head.revision
  if (revision > head.revision) {
    throw new Refusal(
      'revision-unavailable',
      `invalid revision: ${revision} is ahead of the datastore, which is at ${head.revision}`,
    )
  }
  const limit = limits.pageRows
  let after: Relationship | null = null
  for (;;) {
    const ask = { store, filter: {}, at: revision, now: null, after, limit }
    const relationships: readonly Relationship[] = await readRelationships(database, ask)
    const { oldest } = await readHead(database, store)
    if (revision < oldest) throw notRetained(revision, oldest)
    yield { revision, relationships }
    if (relationships.length < limit) return
    after = relationships[limit - 1]
  }
}
