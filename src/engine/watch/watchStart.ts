// The start of a watch: after the revision of a token, in the middle of a revision, or at the head.

import {
  type ExpiryMark,
  Refusal,
  type RelationshipFilter,
  type Revision,
  type Token,
  toRevision,
  type WatchProgress,
} from '../../terms/index.js'
import type { Engine } from '../engine.js'
import { requireFilterNames, requireFilterShape } from '../filterRules.js'
import { requireReadable } from '../graph/headReader.js'
import { requireOurs } from '../graph/view.js'

export interface WatchRequest {
  /** The token after which the watch begins; null for the head. */
  readonly start: Token | null
  /**
   * The types of resources to report. Without these and without filters, everything is reported.
   */
  readonly objectTypes: readonly string[]
  /**
   * The filters, not allowed together with object types. Whatever one of them matches is reported.
   */
  readonly filters: readonly RelationshipFilter[]
  readonly schemaUpdates: boolean
  /** Whether checkpoints are sent: one at the beginning, and then one each heartbeat. */
  readonly checkpoints: boolean
  /** Whether relationships that expire are reported as deleted, once a heartbeat. */
  readonly expirations: boolean
  /**
   * Whether the watch begins with all stored relationships, unless the start is a watch's own
   * token.
   */
  readonly initialSnapshot: boolean
  /** The time between heartbeats, ms. */
  readonly heartbeatMs?: number
}

/**
 * The position of a watch. Invariant: the updates reported so far add up to the relationships that
 * exist at the revision and have not expired by the mark.
 */
export interface WatchState {
  /** The revision reported last: entirely, or in part during a snapshot. */
  revision: Revision
  /** The position within a snapshot, or within the revision after `revision`. */
  progress: WatchProgress | null
  expired: ExpiryMark | null
}

/**
 * Returns the position at which a watch starts.
 * @throws Refusal `token-foreign` for a start that is of another store or datastore;
 * `revision-unavailable` for one that does not exist yet, or is no longer retained;
 * `cursor-mismatch` for one in a snapshot of other filters
 */
export async function startOf(
  engine: Engine,
  request: WatchRequest,
  filters: readonly RelationshipFilter[],
): Promise<WatchState> {
  const { start, initialSnapshot } = request
  if (start !== null) requireOurs(engine, start)
  const head = await engine.headReader.ask()
  const revision = revisionOf(start) ?? head.revision
  if (start !== null) requireReadable(head, start.revision)
  requireReadable(head, revision)
  const progress = progressOf(start, initialSnapshot)
  if (progress?.kind === 'snapshot' && progress.filter >= filters.length) {
    throw new Refusal('cursor-mismatch', 'the start cursor is of a watch with other filters')
  }
  await requireFilters(engine, revision, request.filters)
  return { revision, progress, expired: await markOf(engine, request) }
}

/** The newest revision that was reported entirely, or that is to be listed. */
function revisionOf(start: Token | null): Revision | null {
  if (start === null) return null
  const isPartial = start.position?.progress?.kind === 'changes' && start.revision > 0
  return isPartial ? toRevision(start.revision - 1) : start.revision
}

function progressOf(start: Token | null, initialSnapshot: boolean): WatchProgress | null {
  if (start?.position !== undefined) return start.position.progress
  return initialSnapshot ? { kind: 'snapshot', filter: 0, after: null } : null
}

/**
 * The mark up to which expirations have been reported. A resumed watch keeps its mark, and one that
 * begins at a plain token reports what has expired since that revision.
 */
async function markOf(engine: Engine, request: WatchRequest): Promise<ExpiryMark | null> {
  const { start, initialSnapshot, expirations } = request
  if (start?.position?.expired != null) return start.position.expired
  if (!expirations && (!initialSnapshot || start?.position !== undefined)) return null
  const now = engine.clock()
  if (start === null || initialSnapshot) return { at: now, after: null }
  const committed = await engine.records.commitTime(start.revision)
  return { at: Math.min(now, committed ?? 0), after: null }
}

async function requireFilters(
  engine: Engine,
  revision: Revision,
  filters: readonly RelationshipFilter[],
): Promise<void> {
  if (filters.length === 0) return
  const { schema } = await engine.catalog.past(revision)
  for (const filter of filters) {
    requireFilterShape(filter)
    requireFilterNames(schema, filter)
  }
}
