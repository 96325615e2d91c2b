// Sharing: what a dialog with a "Share" button asks, over whatever schema says how things are shared.

export { listCandidates } from './candidates.js'
export { changeSharing } from './change.js'
export { type CreateAnswer, createShared } from './create.js'
export type { Noted } from './decide.js'
export type { PageRequest } from './page.js'
export { listReach } from './reach.js'
export { type RemoveAnswer, removeShared } from './remove.js'
export {
  type PrincipalRemoval,
  planRemoval,
  type RemovalPlan,
  removePrincipal,
} from './removePrincipal.js'
export { readSheet } from './sheet.js'
export type * from './words.js'
