// A source in front of another. What the first has and is known to be valid is used, and the next
// is asked for the rest. The first may return rows of any revision.

import type { Fetch, RelationshipList } from '../terms/index.js'
import { asOf, type Evidence } from './evidence.js'
import { FetchBatch } from './fetchBatch.js'
import type { RowSource } from './rowSource.js'
import type { Save } from './saving.js'

interface Preference {
  readonly first: RowSource
  readonly evidence: Evidence
  /** Called with the number of rows that the first source spared the next. */
  readonly onFound: (count: number) => void
  /** Takes rows of the first source that are still valid, but were read long ago. */
  readonly renew: Save
}

export const preferring =
  (next: RowSource, { first, evidence, onFound, renew }: Preference): RowSource =>
  async (fetches, revision) => {
    const found = await first(fetches, revision)
    const valid = found.map((row, i) => row && asOf(evidence, fetches[i], row, revision))
    renewAll(fetches, { found, valid, renew })
    const batch = new FetchBatch(fetches)
    onFound(batch.fill(valid))
    if (batch.missingIndexes.length > 0) batch.fill(await next(batch.missing, revision))
    return batch.rows
  }

interface Renewal {
  readonly found: readonly (RelationshipList | null)[]
  readonly valid: readonly (RelationshipList | null)[]
  readonly renew: Save
}

function renewAll(fetches: readonly Fetch[], { found, valid, renew }: Renewal): void {
  for (const [i, row] of valid.entries())
    if (row !== null && row !== found[i]) renew([fetches[i]], [row])
}
