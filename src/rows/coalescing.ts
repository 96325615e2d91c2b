// Who wants a row that is on its way waits for it, instead of asking once more.

import { type Fetch, type RelationshipList, type Revision, writeKeyOf } from '../terms/index.js'
import type { LastWrites } from './lastWrites.js'
import { printFetch } from './printFetch.js'
import type { RowSource } from './rowSource.js'

interface Loading {
  readonly revision: Revision
  readonly row: Promise<RelationshipList | null>
}

export function coalescing(next: RowSource, places: LastWrites): RowSource {
  const underWay = new Map<string, Loading>()
  const begin = (
    wants: readonly Fetch[],
    revision: Revision,
  ): readonly Promise<RelationshipList | null>[] => {
    const batch = next(wants, revision)
    return wants.map((want, position) => {
      const key = printFetch(want)
      const loading = { revision, row: batch.then(rows => rows[position]) }
      underWay.set(key, loading)
      const done = (): void => {
        if (underWay.get(key) === loading) underWay.delete(key)
      }
      loading.row.then(done, done)
      return loading.row
    })
  }
  return (wants, revision) => {
    const missing: Fetch[] = []
    const rows = wants.map(want => {
      const loading = underWay.get(printFetch(want))
      if (loading !== undefined && places.same(writeKeyOf(want), loading.revision, revision)) {
        return loading.row
      }
      return missing.push(want) - 1
    })
    const begun = missing.length === 0 ? [] : begin(missing, revision)
    return Promise.all(rows.map(row => (typeof row === 'number' ? begun[row] : row)))
  }
}
