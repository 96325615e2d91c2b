// The directory of the stores in a database, and the collection of their old versions.

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

/** Opens the directory. Migrates the database if needed. */
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
    /** Reads the secret that authenticates rows shared between nodes. */
    rowSecret: () => readRowSecret(database),
    /** Reads the ids of all stores, open on this node or not. */
    ids: () => readStoreIds(database),
    /** Removes versions of the store that are past their retention. */
    collect: (store: StoreId, retention: { readonly retentionMs: number; readonly now: number }) =>
      collect(database, { store, ...retention }),
    /** Removes the remains of stores that were deleted at least `graceMs` ago. */
    removeDeleted: (graceMs: number) => removeDeleted(database, graceMs),
    source: (store: StoreId, pollMs: number) => storageSource(database, store, pollMs),
    records: (store: StoreId) => storageRecords(database, store),
  }
}

/** Returns a reader of a store's rows from a replica of the database. */
export const replicaReads =
  (database: Database, store: StoreId) => (fetches: readonly Fetch[], at: Revision) =>
    readRows(database, { store, at, fetches })
