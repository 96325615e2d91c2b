// The opening of a database as a datastore: its tables as this version needs them, and the id that
// it keeps for life.

import { assert, type DatastoreId } from '../terms/index.js'
import type { Database } from './database.js'
import { migrate } from './migrate.js'
import { migrations } from './migrations/index.js'

/**
 * Brings the tables up to date and returns the datastore's id. Several nodes may do so at once.
 * @throws Refusal `storage-unavailable` when a newer version of the program has migrated the
 *   database
 */
export async function openStorage(database: Database): Promise<DatastoreId> {
  await migrate(database, migrations)
  const [row] = await database.query<{ id: DatastoreId }>('select id from datastore')
  assert(row !== undefined, 'the first migration names the datastore')
  return row.id
}
