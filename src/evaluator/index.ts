// Floor 2: answers questions over a snapshot. Pure and synchronous.

export { WorkBudget } from './budget.js'
export { type CheckOutcome, check, checkInSlices } from './check.js'
export { type ExpansionTree, expandInSlices } from './expand.js'
export { type Explanation, explainInSlices } from './explain.js'
export { type Found, isRefused, orRefused } from './found.js'
export { KindTable, OpenKindTable } from './kindTable.js'
export { listPermissionsInSlices } from './listPermissions.js'
export { lookupResources, type ResourcesQuestion } from './lookupResources.js'
export { lookupSubjects, type SubjectRow, type SubjectsQuestion } from './lookupSubjects.js'
export { overlay } from './overlay.js'
export {
  Breather,
  inSlices,
  mapped,
  Rest,
  rest,
  SLICE_OVER,
  type Sliced,
  stepOf,
  type Turn,
} from './sliced.js'
export {
  type CaveatUse,
  type EdgeId,
  type KindId,
  type Kinds,
  type ListRange,
  NONE,
  type NodeId,
  type ObjectId,
  type Snapshot,
  UNLOADED,
} from './snapshot.js'
export type { Within } from './subtree.js'
export { Unloaded } from './unloaded.js'
