// Floor 0: the vocabulary of the whole project. It imports from no other floor.

export { assert, Fault } from './assert.js'
export { type Change, lastIdentityOf, NO_NOTE, type RevisionNote } from './change.js'
export {
  type Fetch,
  type ListFetch,
  type Position,
  printUserset,
  type RelationshipList,
  subjectKey,
  writeKeyOf,
} from './fetch.js'
export {
  filterFields,
  isLive,
  isWildcard,
  matches,
  type Precondition,
  printFilter,
  type RelationshipFilter,
  type Update,
  type UpdateOutcome,
} from './filter.js'
export { type RevisionFingerprint, toFingerprint } from './fingerprint.js'
export { FNV_BASIS, fnv1a, fnvStep } from './fnv.js'
export { internStrings } from './internStrings.js'
export { type JsonObject, type JsonValue, jsonBytes, printJson } from './json.js'
export { limits } from './limits.js'
export { checksum, open, seal } from './opaque.js'
export { compareTexts } from './order.js'
export type {
  AnswerAt,
  CheckAnswer,
  CheckItem,
  Consistency,
  Contextual,
  PermissionPrecondition,
} from './question.js'
export {
  asRefusal,
  orRefusal,
  Refusal,
  type RefusalCode,
  type RefusalKind,
  type RefusalMetadata,
  refusals,
  type Violation,
} from './refusal.js'
export {
  type CaveatReference,
  COUNTER_NAME_FORM,
  compareIdentities,
  isCaveatName,
  isCounterName,
  isObjectId,
  isRelationName,
  isSubjectId,
  isTypeName,
  isVisible,
  type ObjectReference,
  parseRelationship,
  printIdentity,
  printObject,
  printRelationship,
  printSubject,
  type Relationship,
  type RelationshipIdentity,
  requireVisibleIds,
  type SubjectReference,
  VISIBLE_FORM,
  WILDCARD,
} from './relationship.js'
export {
  type DatastoreId,
  isRevision,
  parseToken,
  printToken,
  REVISION_NONE,
  type Revision,
  type Token,
  toRevision,
} from './revision.js'
export { DEFAULT_STORE, isStoreName, STORE_NAME_FORM, type StoreId } from './store.js'
export { isTellable, toTellable } from './time.js'
export { type ExpiryMark, isExpiredBy, type WatchProgress } from './watchPosition.js'
