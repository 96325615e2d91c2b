// A source that asks for a row only once at a time. A caller that needs a row which another caller
// is already fetching waits for that answer.

import { type Fetch, type RelationshipList, type Revision, writeKeyOf } from '../terms/index.js'
import type { LastWrites } from './lastWrites.js'
import { printFetch } from './printFetch.js'
import type { RowSource } from './rowSource.js'

interface Loading {
  readonly revision: Revision
  readonly row: Promise<RelationshipList | null>
}

export function coalescing(next: RowSource, lastWrites: LastWrites): RowSource {
  const inFlight = new Map<string, Loading>()
  const start = (
    fetches: readonly Fetch[],
    revision: Revision,
  ): readonly Promise<RelationshipList | null>[] => {
    const batch = next(fetches, revision)
    return fetches.map((fetch, position) => {
      const key = printFetch(fetch)
      const loading = { revision, row: batch.then(rows => rows[position]) }
      inFlight.set(key, loading)
      const done = (): void => {
        if (inFlight.get(key) === loading) inFlight.delete(key)
      }
      loading.row.then(done, done)
      return loading.row
    })
  }
  return (fetches, revision) => {
    const missing: Fetch[] = []
    const rows = fetches.map(fetch => {
      const loading = inFlight.get(printFetch(fetch))
      if (loading !== undefined && lastWrites.same(writeKeyOf(fetch), loading.revision, revision)) {
        return loading.row
      }
      return missing.push(fetch) - 1
    })
    const started = missing.length === 0 ? [] : start(missing, revision)
    return Promise.all(rows.map(row => (typeof row === 'number' ? started[row] : row)))
  }
}
