// Where a watch begins: behind the revision of a token, in the middle of one, or at the head.

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
  /** Tells what comes after it; null: what comes from now on. */
  readonly start: Token | null
  /** Of resources. Without these and without filters, everything is told. */
  readonly objectTypes: readonly string[]
  /** Exclusive with object types: what any of them matches is told. */
  readonly filters: readonly RelationshipFilter[]
  readonly schemaUpdates: boolean
  /** One at the beginning, and then one a heartbeat. */
  readonly checkpoints: boolean
  /** Whether relationships that expire are told to have gone, once a heartbeat. */
  readonly expirations: boolean
  /** Whether to begin with all that is there, unless the start is a watch's own token. */
  readonly initialSnapshot: boolean
  /** Milliseconds. */
  readonly heartbeatMs?: number
}

/** Invariant: what was told adds up to what is there at the revision and has not expired by the mark. */
export interface WatchState {
  /** All of it was told, or, `within` a snapshot, some of it. */
  revision: Revision
  /** Within the next revision, for changes. */
  progress: WatchProgress | null
  expired: ExpiryMark | null
}

/**
 * @throws Refusal `token-foreign` for a start that is of another store or datastore;
 *   `revision-unavailable` for one that is not there yet, or no longer retained;
 *   `cursor-mismatch` for one in a snapshot of other filters
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
  const progress = withinOf(start, initialSnapshot)
  if (progress?.kind === 'snapshot' && progress.filter >= filters.length) {
    throw new Refusal('cursor-mismatch', 'the start cursor is of a watch with other filters')
  }
  await requireFilters(engine, revision, request.filters)
  return { revision, progress, expired: await markOf(engine, request) }
}

/** The newest revision that was told whole, or is to be listed. */
function revisionOf(start: Token | null): Revision | null {
  if (start === null) return null
  const isPartial = start.position?.progress?.kind === 'changes' && start.revision > 0
  return isPartial ? toRevision(start.revision - 1) : start.revision
}

function withinOf(start: Token | null, initialSnapshot: boolean): WatchProgress | null {
  if (start?.position !== undefined) return start.position.progress
  return initialSnapshot ? { kind: 'snapshot', filter: 0, after: null } : null
}

/** A watch that goes on keeps its mark; one that begins at a token tells what expired since then. */
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
