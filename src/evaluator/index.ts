// Floor 2: answers questions over a snapshot, purely and synchronously.

export { WorkBudget } from './budget.js'
export { type CheckOutcome, check, checkInSlices } from './check.js'
export { type ExpansionTree, expandInSlices } from './expand.js'
export { type Explanation, explainInSlices } from './explain.js'
export { KindTable, OpenKindTable } from './kindTable.js'
export { listPermissionsInSlices } from './listPermissions.js'
export { type FoundResource, lookupResources, type ResourcesQuestion } from './lookupResources.js'
export {
  type FoundSubject,
  lookupSubjects,
  type SubjectRow,
  type SubjectsQuestion,
} from './lookupSubjects.js'
export { overlay } from './overlay.js'
export { atOnce, Breather, mapped, Rest, rest, type Sliced, type Turn } from './sliced.js'
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
