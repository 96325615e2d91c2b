// Floor 3: the relationships and their revisions, in a real database.

export { type ChangesAsk, readNext } from './changes.js'
export { collect } from './collect.js'
export { readCounter, registerCounter, unregisterCounter } from './counters.js'
export type { Database, Queryable } from './database.js'
export { openStorage } from './datastore.js'
export { type ExpiredAsk, readExpired } from './expirations.js'
export { Feed } from './feed.js'
export { type GivenAsk, type GrantsAsk, readGiven, readGrants } from './grants.js'
export { readMarkedHead } from './history.js'
export { beginImport, dropImport, type Import, stage } from './imports.js'
export { openDatabase } from './open.js'
export { readChanges } from './parts.js'
export { openReplica } from './postgres.js'
export { type Ask, countMatching, readRelationships } from './reads.js'
export type { SchemaGuard } from './request.js'
export { readCommitTime, readHead } from './revisions.js'
export { type RowChangesAsk, readRowChanges } from './rowChanges.js'
export { readRows } from './rows.js'
export { surveyGuards } from './schemaGuards.js'
export { readSchema } from './schemas.js'
export { readSnapshot } from './snapshot.js'
export {
  createStore,
  deleteStore,
  findStore,
  listStores,
  readStoreIds,
  removeDeleted,
  type StoreListing,
} from './stores.js'
export { Writer } from './writer.js'
