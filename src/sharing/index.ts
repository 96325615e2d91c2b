// Floor 4.5: sharing. It holds the operations behind a dialog with a "Share" button. The schema
// declares with `@sharing` annotations what is shared, in which roles and with whom.

export { listCandidates } from './candidates.js'
export { changeSharing } from './change.js'
export { createShared } from './create.js'
export { listReach } from './reach.js'
export { removeShared } from './remove.js'
export { planRemoval, removePrincipal } from './removePrincipal.js'
export { readSheet } from './sheet.js'
export type * from './types.js'
