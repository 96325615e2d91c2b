// Who wants a row that is on its way waits for it, instead of asking once more.

import { placeOf, type Revision, type Row, type Want } from '../terms/index.js'
import type { Places } from './places.js'
import type { RowSource } from './rowSource.js'
import { printWant } from './want.js'

interface Loading {
  readonly revision: Revision
  readonly row: Promise<Row | null>
}

export function coalescing(next: RowSource, places: Places): RowSource {
  const underWay = new Map<string, Loading>()
  const begin = (wants: readonly Want[], revision: Revision): readonly Promise<Row | null>[] => {
    const batch = next(wants, revision)
    return wants.map((want, position) => {
      const key = printWant(want)
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
    const missing: Want[] = []
    const rows = wants.map(want => {
      const loading = underWay.get(printWant(want))
      if (loading !== undefined && places.same(placeOf(want), loading.revision, revision)) {
        return loading.row
      }
      return missing.push(want) - 1
    })
    const begun = missing.length === 0 ? [] : begin(missing, revision)
    return Promise.all(rows.map(row => (typeof row === 'number' ? begun[row] : row)))
  }
}
