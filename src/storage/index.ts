// Floor 3: the relationships and their revisions in a database.

export { type ChangesAsk, readNext } from './changes.js'
export { collect } from './collect.js'
export { readCounter, registerCounter, unregisterCounter } from './counters.js'
export type { Database, Queryable } from './database.js'
export { openStorage } from './datastore.js'
export { type ExpiredAsk, readExpired } from './expirations.js'
export { Feed } from './feed.js'
export { readRows } from './fetches.js'
export {
  type GivenAsk,
  type GrantRow,
  type GrantsAsk,
  readGiven,
  readGrants,
  type StoredGrant,
} from './grants.js'
export { readFingerprintedHead } from './history.js'
export { beginImport, dropImport, type Import, requireRoom, stage } from './imports.js'
export { openDatabase } from './open.js'
export { readChanges } from './parts.js'
export { openReplica } from './postgres.js'
export { type Ask, readRelationships } from './reads.js'
export {
  type Agreement,
  type SchemaGuard,
  StaleSchema,
  type WriteGuard,
  type WriteOutcome,
  type WriteRequest,
} from './request.js'
export { readCommitTime, readHead } from './revisions.js'
export { type RowChanges, type RowChangesAsk, readRowChanges } from './rowChanges.js'
export { type Survey, surveyGuards } from './schemaGuards.js'
export { readSchema } from './schemas.js'
export { readRowSecret } from './secrets.js'
export { readSnapshot } from './snapshot.js'
export {
  createStore,
  deleteStore,
  findStore,
  listStores,
  readStoreIds,
  removeDeleted,
  type StoredStore,
  type StoreListing,
  setQuota,
} from './stores.js'
export { Writer, type WriterCounts } from './writer.js'
