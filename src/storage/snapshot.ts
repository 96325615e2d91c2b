// A whole store at one revision, in pages. The versions make each page agree with the others, so no
// transaction is held open while somebody slowly reads: a held one would keep a server from cleaning
// up, and an embedded database from doing anything else. What needs proof is only that nothing of the
// revision was collected meanwhile; it is given after each page.

import { limits, Refusal, type Relationship, type Revision, type StoreId } from '../terms/index.js'
import { notRetained } from './changes.js'
import type { Database } from './database.js'
import { readRelationships } from './reads.js'
import { readHead } from './revisions.js'

interface SnapshotPage {
  readonly revision: Revision
  /** In the order of identities by bytes, over all pages; those that have expired are here too. */
  readonly relationships: readonly Relationship[]
}

/**
 * The store at revision `at`, or at the head for null; at least one page.
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
