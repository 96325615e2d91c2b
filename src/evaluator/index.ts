// Floor 2: answers questions over a snapshot, purely and synchronously.

export { type CheckOutcome, check } from './check.js'
export type { Question } from './inquiry.js'
export {
  type CaveatUse,
  type EdgeId,
  type KindId,
  type Kinds,
  NONE,
  type NodeId,
  type ObjectId,
  type Snapshot,
  UNLOADED,
} from './snapshot.js'
