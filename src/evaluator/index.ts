// Floor 2: answers questions over a snapshot, purely and synchronously.

export { type CheckOutcome, check } from './check.js'
export { type ExpansionTree, expand } from './expand.js'
export { type Explanation, explain } from './explain.js'
export { listPermissions } from './listPermissions.js'
export { type FoundResource, lookupResources, type ResourcesQuestion } from './lookupResources.js'
export {
  type FoundSubject,
  lookupSubjects,
  type SubjectRow,
  type SubjectsQuestion,
} from './lookupSubjects.js'
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
