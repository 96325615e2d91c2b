// The contract of the storage on every driver. All suites share one database, and each test has a
// store of its own, which also shows that stores are separate.

import t from 'tap'
import { openStorage } from '../../src/storage/index.js'
import type { DatabasePlace } from './database.js'
import { deletions, schemas, surveys } from './storageAlone.js'
import { collection, feed } from './storageFeed.js'
import { grantReads } from './storageGrants.js'
import { guards, replacements } from './storageGuarded.js'
import { model } from './storageModel.js'
import { parts } from './storageParts.js'
import { counts, quotas } from './storageQuota.js'
import { reads } from './storageReads.js'
import { rows } from './storageRows.js'
import { stores } from './storageStores.js'
import { writerLife, writes } from './storageWrites.js'

export function storageContract(name: string, place: DatabasePlace): void {
  t.test(`${name} keeps relationships and their revisions`, async t => {
    const database = await place.open()
    t.teardown(() => database.close())
    const datastore = await openStorage(database)
    t.test('a datastore has one name for life', async t => {
      t.match(datastore, /^[0-9a-f-]{36}$/)
      t.equal(await openStorage(database), datastore)
    })
    writes(t, database)
    writerLife(t, database)
    deletions(t, database)
    replacements(t, database)
    guards(t, database)
    schemas(t, database)
    surveys(t, database)
    reads(t, database)
    feed(t, database)
    parts(t, database)
    collection(t, database)
    model(t, database)
    grantReads(t, database)
    rows(t, database)
    stores(t, database)
    quotas(t, database)
    counts(t, database)
  })
}
