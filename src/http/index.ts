// Floor 5: HTTP, and what protocols over it have in common. It knows none of them.

export { buildApp } from './app.js'
export { NOTE_HEADERS, toNote } from './metadata.js'
export { drain } from './plugins/closing.js'
export type { Protocol, Scope } from './protocol.js'
export { type Call, clientStream, reading, stream, unary } from './route.js'
export { statusErrors } from './statusErrors.js'
