// One source before another: what the first has and is known to be good is taken, the rest is asked of
// the next. The first may have anything, as of any revision.

import type { Fetch, RelationshipList } from '../terms/index.js'
import { asOf, type Evidence } from './evidence.js'
import { FetchBatch } from './fetchBatch.js'
import type { RowSource } from './rowSource.js'
import type { Save } from './saving.js'

interface Preference {
  readonly first: RowSource
  readonly evidence: Evidence
  /** Told how many rows the first spared the next. */
  readonly onFound: (count: number) => void
  /** Takes rows of the first that are as they were, but old. */
  readonly renew: Save
}

export const preferring =
  (next: RowSource, { first, evidence, onFound, renew }: Preference): RowSource =>
  async (fetches, revision) => {
    const found = await first(fetches, revision)
    const good = found.map((row, i) => row && asOf(evidence, fetches[i], row, revision))
    renewAll(fetches, { found, good, renew })
    const batch = new FetchBatch(fetches)
    onFound(batch.fill(good))
    if (batch.open.length > 0) batch.fill(await next(batch.missing, revision))
    return batch.rows
  }

interface Renewal {
  readonly found: readonly (RelationshipList | null)[]
  readonly good: readonly (RelationshipList | null)[]
  readonly renew: Save
}

function renewAll(fetches: readonly Fetch[], { found, good, renew }: Renewal): void {
  for (const [i, row] of good.entries())
    if (row !== null && row !== found[i]) renew([fetches[i]], [row])
}
