// Writes that a guard above must agree to, at the very revision that they follow. The guard may
// even decide what is written. It looks at the newest revision before the head is locked, because
// it learns of changes from the change feed, which an embedded database serves only between
// transactions. If the head has moved meanwhile, the guard looks again. On one node nothing else
// moves the head during this write's turn, so one look is enough. On several nodes the last attempt
// looks while the lock is held, when nobody can write first.

import { assert, Refusal, type StoreId } from '../terms/index.js'
import { writeAlone } from './batch.js'
import type { Database } from './database.js'
import type { RelationshipsRequest, WriteGuard, WriteOutcome } from './request.js'
import { lockHead, readHead } from './revisions.js'

const ATTEMPTS_MAX = 3

type GuardedRequest = RelationshipsRequest & { readonly guard: WriteGuard }

/**
 * Writes the request once the guard agrees.
 * @throws Refusal what the guard or the writer refuses; `serialization-failure` when other nodes
 *   kept writing between its look and its lock; StaleSchema; then nothing is written
 */
export async function writeGuarded(
  database: Database,
  store: StoreId,
  clock: () => number,
  request: GuardedRequest,
): Promise<WriteOutcome> {
  const { guard } = request
  for (let attempts = 1; attempts <= ATTEMPTS_MAX; attempts++) {
    const { revision } = await readHead(database, store)
    let agreement = await guard(revision)
    const mayLookLocked = database.concurrent && attempts === ATTEMPTS_MAX
    const outcome = await database.transaction(async transaction => {
      const head = await lockHead(transaction, store)
      if (head.revision !== agreement.revision) {
        if (!mayLookLocked) return null
        agreement = await guard(head.revision)
        assert(agreement.revision === head.revision, 'nothing follows a locked head')
      }
      return writeAlone(transaction, store, clock, { ...request, ...agreement.write })
    })
    if (outcome !== null) return outcome
  }
  throw new Refusal('serialization-failure', 'others kept writing meanwhile, try again')
}
