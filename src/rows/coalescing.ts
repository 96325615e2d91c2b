// Who wants a row that is on its way waits for it, instead of asking once more.

import { type Fetch, type RelationshipList, type Revision, writeKeyOf } from '../terms/index.js'
import type { LastWrites } from './lastWrites.js'
import { printFetch } from './printFetch.js'
import type { RowSource } from './rowSource.js'

interface Loading {
  readonly revision: Revision
  readonly row: Promise<RelationshipList | null>
}

export function coalescing(next: RowSource, lastWrites: LastWrites): RowSource {
  const underWay = new Map<string, Loading>()
  const begin = (
    fetches: readonly Fetch[],
    revision: Revision,
  ): readonly Promise<RelationshipList | null>[] => {
    const batch = next(fetches, revision)
    return fetches.map((fetch, position) => {
      const key = printFetch(fetch)
      const loading = { revision, row: batch.then(rows => rows[position]) }
      underWay.set(key, loading)
      const done = (): void => {
        if (underWay.get(key) === loading) underWay.delete(key)
      }
      loading.row.then(done, done)
      return loading.row
    })
  }
  return (fetches, revision) => {
    const missing: Fetch[] = []
    const rows = fetches.map(fetch => {
      const loading = underWay.get(printFetch(fetch))
      if (loading !== undefined && lastWrites.same(writeKeyOf(fetch), loading.revision, revision)) {
        return loading.row
      }
      return missing.push(fetch) - 1
    })
    const begun = missing.length === 0 ? [] : begin(missing, revision)
    return Promise.all(rows.map(row => (typeof row === 'number' ? begun[row] : row)))
  }
}
