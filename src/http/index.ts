// Floor 5: HTTP, and what protocols over it have in common. It knows none of them.

export { type AppOptions, buildApp } from './app.js'
export type { Failure } from './faults.js'
export { kindOf } from './faults.js'
export type { KeySet, ReadKey, StoreKey } from './keyring.js'
export { type CallMetadata, NOTE_HEADERS, toNote } from './metadata.js'
export { replaceKeys } from './plugins/auth.js'
export { drain } from './plugins/closing.js'
export type { Readiness } from './plugins/health.js'
export type { ErrorShape, LineShape, Protocol, RouteTag, Scope } from './protocol.js'
export { type Call, clientStream, reading, stream, unary } from './route.js'
export { httpStatuses, statusErrors } from './statusErrors.js'
export { replaceTls, type TlsOptions } from './tls.js'
