// Floor 4: one operation a file. An operation takes the engine and a request in terms, gets a view
// if it needs one, evaluates the question and answers. It knows nothing of HTTP.

export {
  type ExpansionTree,
  type Explanation,
  type Found,
  type Granted,
  isRefused,
  type Refused,
} from '../evaluator/index.js'
export { requireContextSize } from './admission.js'
export { bookmarkPrinter, parseBookmark } from './bookmark.js'
export { NOTICE, type Notice, publishWarning, WARNING, type Warning } from './channels.js'
export { answerItem, check, type Trace, type TracedAnswer } from './check.js'
export { type BulkAnswer, type BulkItem, checkBulk } from './checkBulk.js'
export { countRelationships, registerCounter, unregisterCounter } from './counters.js'
export { deleteRelationships } from './deleteRelationships.js'
export { computablePermissions, dependentRelations } from './dependencies.js'
export { diffSchema } from './diffSchema.js'
export { type DryRun, dryRunSchema } from './dryRunSchema.js'
export { type Engine, token } from './engine.js'
export { expand } from './expand.js'
export { type ExportBatch, exportRelationships } from './exportRelationships.js'
export type { GraphMode } from './graph/begin.js'
export { finished } from './graph/pace.js'
export type { Revalidated } from './graph/revalidatedCache.js'
export { mapSettled, settled } from './graph/settle.js'
export type { GrantRow, RowChanges, StoredGrant } from './graph/storageRecords.js'
export { type TurnShare, turns } from './graph/turns.js'
export type { View } from './graph/view.js'
export { exactly, requireOurs, viewFor } from './graph/view.js'
export type { WindowedQuestion } from './graph/windows.js'
export { inWindows, passing, roomFor } from './graph/windows.js'
export { guardBy } from './guard.js'
export { importRelationships } from './importRelationships.js'
export { type ListedPermission, listPermissions } from './listPermissions.js'
export { lookupResources, type ResourceItem, type Within } from './lookupResources.js'
export { lookupSubjects, type SubjectItem } from './lookupSubjects.js'
export { type ReadItem, readRelationships, requireLimit } from './readRelationships.js'
export { readSchema } from './readSchema.js'
export { reflectSchema } from './reflectSchema.js'
export { NEVER, type Stop, unlessStopped } from './stop.js'
export type { Lease } from './stores/lease.js'
export { graphs, readiness } from './stores/readiness.js'
export { Stores } from './stores/stores.js'
export { NO_VITALS, type NodeVitals, type Vitals } from './stores/vitals.js'
export { type WatchMessage, watch } from './watch/watch.js'
export { requireNote, writeRelationships } from './writeRelationships.js'
export { writeSchema } from './writeSchema.js'
