// Sharing: what a dialog with a "Share" button asks, over whatever schema says how things are shared.

export { listCandidates } from './candidates.js'
export { changeSharing } from './change.js'
export { createShared } from './create.js'
export { listReach } from './reach.js'
export { removeShared } from './remove.js'
export { planRemoval, removePrincipal } from './removePrincipal.js'
export { readSheet } from './sheet.js'
export type * from './types.js'
