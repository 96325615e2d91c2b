// Floor 1: the client, which calls a service over HTTP. Calls and answers are in terms.

export type { ExportCall, ExportedBatch, ImportCall } from './bulk.js'
export { type Client, connect } from './client.js'
export type { CounterCall, RegisterCounterCall } from './counters.js'
export type {
  FoundObject,
  LookupResourcesCall,
  LookupSubjectsCall,
  ResourceItem,
  SubjectItem,
} from './lookups.js'
export type {
  CheckBulkAnswer,
  CheckBulkCall,
  CheckCall,
  CheckedAnswer,
  CheckTrace,
  ExpandCall,
  Expansion,
  ListedPermission,
  ListedPermissions,
  ListPermissionsCall,
} from './permissions.js'
export type {
  ComputableCall,
  DependentCall,
  DiffCall,
  ReflectCall,
  Reflection,
  ReflectionFilter,
  SchemaDiff,
} from './reflection.js'
export type {
  DeleteAnswer,
  DeleteCall,
  ReadCall,
  ReadItem,
  WriteAnswer,
  WriteCall,
} from './relationships.js'
export { RemoteError } from './remoteError.js'
export type { SchemaDryRun, SchemaObstruction, WriteSchemaCall } from './schema.js'
export type {
  ChangeSharingAnswer,
  ChangeSharingCall,
  CreateSharedCall,
  RemovalPlan,
  RemovePrincipalCall,
  RemoveSharedCall,
  SharingChange,
  SharingDifference,
} from './sharing.js'
export type {
  Candidate,
  Page,
  PrincipalKind,
  ReachCall,
  ReachGrant,
  ReachItem,
  SheetCall,
  SheetGrant,
  SheetRow,
} from './sheet.js'
export type {
  CreateStoreCall,
  ListStoresCall,
  StoreCall,
  StoreDescription,
  StorePage,
  UpdateStoreCall,
} from './stores.js'
export type { CallOptions, ClientOptions, ClientTls, Note } from './transport.js'
export type { WatchCall, WatchEvent, WatchNote } from './watch.js'
export type { ConsistencyByToken } from './wire.js'
