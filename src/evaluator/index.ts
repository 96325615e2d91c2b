// Floor 2: answers questions over a snapshot, purely and synchronously.

export { type Expense, WorkBudget } from './budget.js'
export { type CheckOutcome, check, checkInSlices, type Question } from './check.js'
export {
  type ExpansionBranch,
  type ExpansionLeaf,
  type ExpansionQuestion,
  type ExpansionTree,
  expand,
  expandInSlices,
} from './expand.js'
export { type Condition, type Explanation, explain, explainInSlices } from './explain.js'
export { KindTable, OpenKindTable } from './kindTable.js'
export {
  listPermissions,
  listPermissionsInSlices,
  type PermissionsQuestion,
} from './listPermissions.js'
export {
  type FoundResource,
  lookupResources,
  type ResourcesQuestion,
} from './lookupResources.js'
export {
  type FoundSubject,
  lookupSubjects,
  type SubjectRow,
  type SubjectsQuestion,
} from './lookupSubjects.js'
export { inOrder } from './ordered.js'
export { overlay } from './overlay.js'
export { atOnce, Breather, mapped, Rest, rest, type Sliced, type Turn } from './sliced.js'
export {
  type CaveatUse,
  type EdgeId,
  type KindId,
  type Kinds,
  NONE,
  type NodeId,
  type ObjectId,
  type Snapshot,
  type Span,
  UNLOADED,
} from './snapshot.js'
export type { Within } from './subtree.js'
export { Unloaded } from './unloaded.js'
