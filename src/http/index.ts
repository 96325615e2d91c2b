// Floor 5: HTTP, and the common part of all protocols over it. It imports no protocol.

export { buildApp } from './app.js'
export type { KeySet, ReadKey, StoreKey } from './keyring.js'
export { NOTE_HEADERS, toNote } from './metadata.js'
export { replaceKeys } from './plugins/auth.js'
export { drain } from './plugins/closing.js'
export type { Protocol, RouteScope } from './protocol.js'
export { type Call, clientStream, reading, stream, unary } from './route.js'
export { statusErrors } from './statusErrors.js'
export { replaceTls, type TlsOptions } from './tls.js'
