// The graph source of a store in the database.

import {
  type Database,
  Feed,
  readFingerprintedHead,
  readHead,
  readNext,
  readRows,
  readSchema,
  readSnapshot,
} from '../../storage/index.js'
import type { StoreId } from '../../terms/index.js'
import type { Following, GraphSource, RowReads } from './graphSource.js'
import { requireReadable } from './headReader.js'

/** Makes the source. @param pollMs the longest time between two looks for changes, ms */
export function storageSource(database: Database, store: StoreId, pollMs: number): GraphSource {
  return {
    head: () => readHead(database, store),
    origin: () => readFingerprintedHead(database, store),
    snapshot: at => readSnapshot(database, store, at),
    schemaAt: revision => readSchema(database, store, revision),
    rows: toRowReads(database, store),
    follow({ revision: from, fingerprint }, follower): Following {
      const feed = new Feed({
        database,
        store,
        pollMs,
        from,
        fingerprint,
        onChanges: changes => follower.onChanges(changes),
        onTrouble: error => follower.onTrouble(error),
      })
      feed.start()
      return feed
    },
  }
}

function toRowReads(database: Database, store: StoreId): RowReads {
  return {
    async read(fetches, at) {
      const { rows, at: reached, oldest } = await readRows(database, { store, at, fetches })
      requireReadable({ revision: reached, oldest }, at)
      return rows
    },
    async changesAfter(after, limit) {
      const ask = { store, after, within: null, known: null, limit }
      return (await readNext(database, ask)).changes
    },
  }
}
