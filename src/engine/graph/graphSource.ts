// The port through which a store's graph receives its data: where the data stands, all of it as of a
// revision, and every change from there on. Storage implements it for a node, a stream from another
// node may implement it for a sidecar, and an array in memory implements it for tests.

import type { RowSource } from '../../rows/index.js'
import type { Change, Relationship, Revision, RevisionFingerprint } from '../../terms/index.js'

/** The revisions that a source can answer at. */
export interface SourceHead {
  /** The newest revision. */
  readonly revision: Revision
  /** The revision that wrote the schema in force; 0 before the first schema. */
  readonly schemaRevision: Revision
  /** The oldest revision that can still be read. */
  readonly oldest: Revision
}

/** The revision at which a graph begins, and the fingerprint of that revision, if it has one. */
export interface StartPoint {
  readonly revision: Revision
  readonly fingerprint: RevisionFingerprint | null
}

/** The newest place where a graph can begin. */
export interface NewestStart extends StartPoint {
  /** About how many relationships there are then, those that have expired included. */
  readonly relationships: number
}

/** Some relationships of one revision. */
export interface SnapshotBatch {
  readonly revision: Revision
  /** In the order of identities over all batches, including those that have expired. */
  readonly relationships: readonly Relationship[]
}

/** The text of a schema, and the revision that wrote it. */
export interface SchemaText {
  readonly revision: Revision
  readonly text: string
}

/** The consumer of a store's changes. */
export interface ChangeFollower {
  /** Takes some changes, in order and without gaps, before it returns. */
  onChanges(changes: readonly Change[]): void
  /** Learns of each failure; `Following.hasEnded` says whether changes may still come. */
  onTrouble(error: Error): void
}

/** A stream of changes, from `follow` until `close`. */
export interface Following {
  /** The reason why no changes arrive at the moment, or null. */
  readonly trouble: Error | null
  /** The time since the consumer was known to have every change, ms. */
  readonly ageMs: number
  /** Whether no change will come any more. */
  readonly hasEnded: boolean
  /** Hints that there is a new change. */
  nudge(): void
  /** Resolves when the follower will not be called any more. */
  close(): Promise<void>
}

/** The reads of a graph that is looked up instead of held. */
export interface RowReads {
  /** @throws Refusal `revision-unavailable` */
  readonly read: RowSource
  /**
   * The changes after a revision, at most `limit`; null when they are too large to be held.
   * @throws Refusal `revision-unavailable` when they are no longer retained
   */
  changesAfter(after: Revision, limit: number): Promise<readonly Change[] | null>
}

export interface GraphSource {
  /** @throws Refusal `store-not-found` once the store is deleted */
  head(): Promise<SourceHead>
  /** The head, as the place where a graph begins. */
  origin(): Promise<NewestStart>
  /**
   * All relationships as of the revision, in one batch or more.
   * @throws Refusal `revision-unavailable`
   */
  snapshot(at: Revision): AsyncIterable<SnapshotBatch>
  /**
   * Every change after the origin.
   * The stream ends after a Refusal `revision-unavailable`, `store-not-found` or `history-lost`,
   * and after an error that `onChanges` threw.
   */
  follow(from: StartPoint, follower: ChangeFollower): Following
  /** The newest schema written at or before the revision; null if there is none. */
  schemaAt(revision: Revision): Promise<SchemaText | null>
  /** Null if revisions that the graph does not hold cannot be read. */
  readonly rows: RowReads | null
}
