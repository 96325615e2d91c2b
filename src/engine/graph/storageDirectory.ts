// The directory of stores in a database: which there are, and the collection of what is old in them.

import {
  collect,
  createStore,
  type Database,
  deleteStore,
  findStore,
  listStores,
  openStorage,
  readRowSecret,
  readRows,
  readStoreIds,
  removeDeleted,
  type StoreListing,
  setQuota,
} from '../../storage/index.js'
import type { DatastoreId, Fetch, Revision, StoreId } from '../../terms/index.js'
import { storageRecords } from './storageRecords.js'
import { storageSource } from './storageSource.js'

export type { Database, StoredStore, StoreListing } from '../../storage/index.js'

export interface Directory extends ReturnType<typeof toDirectory> {
  readonly datastore: DatastoreId
}

/** Migrates the database when needed. */
export async function openDirectory(database: Database): Promise<Directory> {
  return { datastore: await openStorage(database), ...toDirectory(database) }
}

function toDirectory(database: Database) {
  return {
    /** @throws Refusal `store-exists` */
    create: (name: string, quota: number | null) => createStore(database, name, quota),
    /** @throws Refusal `store-not-found` */
    setQuota: (name: string, quota: number | null) => setQuota(database, name, quota),
    /** @throws Refusal `store-not-found` */
    delete: (name: string) => deleteStore(database, name),
    find: (name: string) => findStore(database, name),
    list: (listing: StoreListing) => listStores(database, listing),
    /** The secret by which rows that nodes share are authenticated. */
    rowSecret: () => readRowSecret(database),
    /** The ids of all stores, open on this node or not. */
    ids: () => readStoreIds(database),
    /** Removes versions of the store that are past their retention. */
    collect: (store: StoreId, place: { readonly retentionMs: number; readonly now: number }) =>
      collect(database, { store, ...place }),
    /** Removes what is left of stores that were deleted at least so long ago, ms. */
    removeDeleted: (graceMs: number) => removeDeleted(database, graceMs),
    source: (store: StoreId, pollMs: number) => storageSource(database, store, pollMs),
    records: (store: StoreId) => storageRecords(database, store),
  }
}

/** Reads rows of a store from a copy of the database that follows it. */
export const replicaReads =
  (database: Database, store: StoreId) => (fetches: readonly Fetch[], at: Revision) =>
    readRows(database, { store, at, fetches })
