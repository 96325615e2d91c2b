// Floor 5: the dialects. HTTP is the only one yet.

export { type AppOptions, buildApp } from './app.js'
export type { StoreKey } from './plugins/auth.js'
export { drain } from './plugins/closing.js'
export type { Readiness } from './plugins/health.js'
export { CheckPermissionRequest, CheckPermissionResponse } from './spicedb/permissions.js'
export { type Scope, unary } from './spicedb/route.js'
