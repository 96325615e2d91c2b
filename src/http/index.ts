// Floor 5: the dialects. HTTP is the only one yet.
// What the protocols take from here stands first: they are loaded by what follows.

export { arriving } from './arrival.js'
export { failure } from './failures.js'
export { toFailure } from './faults.js'
export { NOTE_HEADERS, toNote } from './note.js'
export type { Call } from './route.js'
export { clientStream, reading, type Scope, stream, unary } from './route.js'

// What the service is made of.

export {
  CheckPermissionRequest,
  CheckPermissionResponse,
} from '../protocols/spicedb/permissions.js'
export { type AppOptions, buildApp } from './app.js'
export type { KeySet, ReadKey, StoreKey } from './keyring.js'
export { replaceKeys } from './plugins/auth.js'
export { drain } from './plugins/closing.js'
export type { Readiness } from './plugins/health.js'
export { replaceTls, type TlsOptions } from './tls.js'
