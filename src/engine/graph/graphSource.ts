// The port through which a store's graph receives its data: the head, all data as of a revision,
// and every change after that. Storage implements it for a node. A stream from another node may
// implement it for a sidecar, and an array in memory implements it for tests.

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

/** The newest point at which a graph can begin. */
export interface NewestStart extends StartPoint {
  /** The approximate number of relationships then, including those that have expired. */
  readonly relationships: number
}

/** A part of the relationships as of one revision. */
export interface SnapshotBatch {
  readonly revision: Revision
  /** The relationships, sorted by identity over all batches, including those that have expired. */
  readonly relationships: readonly Relationship[]
}

/** The text of a schema, and the revision that wrote it. */
export interface SchemaText {
  readonly revision: Revision
  readonly text: string
}

/** The consumer of a store's changes. */
export interface ChangeFollower {
  /** Receives changes, in order and without gaps, and has applied them when it returns. */
  onChanges(changes: readonly Change[]): void
  /** Receives each failure. `Following.hasEnded` says whether changes may still come. */
  onTrouble(error: Error): void
}

/** A stream of changes, from `follow` until `close`. */
export interface Following {
  /** The reason why no changes arrive at the moment, or null. */
  readonly trouble: Error | null
  /** The time since the consumer was known to have every change, ms. */
  readonly ageMs: number
  /** Whether no more changes will come. */
  readonly hasEnded: boolean
  /** Hints that there is a new change. */
  nudge(): void
  /** Resolves when the follower will not be called any more. */
  close(): Promise<void>
}

/** The reads of a graph on demand. */
export interface RowReads {
  /** Reads rows at a revision. @throws Refusal `revision-unavailable` */
  readonly read: RowSource
  /**
   * Reads the changes after a revision, at most `limit`; null when they are too large to keep in
   * memory.
   * @throws Refusal `revision-unavailable` when they are no longer retained
   */
  changesAfter(after: Revision, limit: number): Promise<readonly Change[] | null>
}

export interface GraphSource {
  /** Reads the head. @throws Refusal `store-not-found` once the store is deleted */
  head(): Promise<SourceHead>
  /** Reads the head as the point at which a graph begins. */
  origin(): Promise<NewestStart>
  /**
   * Reads all relationships as of the revision, in one batch or more.
   * @throws Refusal `revision-unavailable`
   */
  snapshot(at: Revision): AsyncIterable<SnapshotBatch>
  /**
   * Follows every change after `from`. The stream ends after a Refusal `revision-unavailable`,
   * `store-not-found` or `history-lost`, and after an error that `onChanges` threw.
   */
  follow(from: StartPoint, follower: ChangeFollower): Following
  /** Reads the newest schema written at or before the revision; null if there is none. */
  schemaAt(revision: Revision): Promise<SchemaText | null>
  /** The reads of rows; null if the source cannot read revisions that the graph does not hold. */
  readonly rows: RowReads | null
}
