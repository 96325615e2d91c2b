// Floor 2: answers questions over a snapshot, purely and synchronously.

export { type CheckOutcome, check, type Question } from './check.js'
export {
  type ExpansionBranch,
  type ExpansionLeaf,
  type ExpansionQuestion,
  type ExpansionTree,
  expand,
} from './expand.js'
export { type Found, type Granted, isRefused, type Refused } from './found.js'
export { type Condition, type Explanation, explain } from './explain.js'
export { listPermissions, type PermissionsQuestion } from './listPermissions.js'
export { lookupResources, type ResourcesQuestion } from './lookupResources.js'
export {
  lookupSubjects,
  type SubjectRow,
  type SubjectsQuestion,
} from './lookupSubjects.js'
export { inOrder } from './ordered.js'
export { overlay } from './overlay.js'
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
