// Floor 1: the client. It speaks HTTP to a service, in terms.

export type {
  CallOptions,
  CheckBulkCall,
  CheckCall,
  DeleteCall,
  ExportCall,
  ExportedBatch,
  ImportCall,
  ListedPermission,
  ListPermissionsCall,
  Note,
  ReadCall,
  ReadItem,
  WriteAnswer,
  WriteCall,
  WriteSchemaCall,
} from './calls.js'
export { Client, type ClientOptions, connect } from './client.js'
export type { SchemaDryRun, SchemaObstruction } from './dryRun.js'
export { RemoteError } from './remoteError.js'
export type { WatchCall, WatchEvent, WatchNote } from './watch.js'
export type { ConsistencyByToken } from './wire.js'
