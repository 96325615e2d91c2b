// The watch: everything that happens in a store, reported in order as it happens. A watch is a loop
// driven by its reader. It takes the next changes from those that the node keeps in memory, or else
// from the database, and waits when there are none, so a slow reader costs no memory. Each message
// carries a token. A watch that starts at the token reports exactly the rest: changes, expirations,
// and the initial snapshot.

import {
  type Change,
  lastIdentityOf,
  limits,
  matches,
  printToken,
  Refusal,
  type Relationship,
  type RelationshipFilter,
  type Revision,
  toRevision,
  type WatchProgress,
} from '../../terms/index.js'
import { type Engine, token } from '../engine.js'
import { NEVER, type Stop } from '../stop.js'
import { startOf, type WatchRequest, type WatchState } from './watchStart.js'
import { toBatches, toUpdates, type WatchUpdate } from './watchUpdates.js'

export type { WatchRequest }

export interface WatchMessage {
  /** The kind of message. `listed` comes once, after a whole snapshot. */
  readonly kind: 'changes' | 'schema' | 'expired' | 'snapshot' | 'listed' | 'checkpoint'
  /** The updates of `changes`, `expired` and `snapshot` messages; at least one. */
  readonly updates: readonly WatchUpdate[]
  /** The token of this position: a watch that starts at it reports the rest. */
  readonly token: string
  /** The change that a `changes` or `schema` message reports; null for other kinds. */
  readonly change: Change | null
}

/**
 * Starts a watch.
 * @param stop ends the watch
 * @throws Refusal for a start or filters that are not available. Later, from the messages:
 * `revision-unavailable` when they are read so slowly that what follows is no longer retained,
 * `shutting-down` when the engine is closed, `store-not-found` once the store is deleted
 */
export async function watch(
  engine: Engine,
  request: WatchRequest,
  stop: Stop = NEVER,
): Promise<AsyncGenerator<WatchMessage, never>> {
  engine.recentChanges.requireOpen()
  requireOneSelection(request)
  const filters = filtersOf(request)
  const state = await startOf(engine, request, filters)
  return new Watch({ engine, request, filters, state, signal: stop.signal }).messages()
}

function requireOneSelection({ objectTypes, filters }: WatchRequest): void {
  if (objectTypes.length > 0 && filters.length > 0) {
    throw new Refusal(
      'invalid-argument',
      'cannot specify both object types and relationship filters',
    )
  }
  const count = objectTypes.length + filters.length
  if (count > limits.watchFiltersMax) {
    throw new Refusal(
      'limit-exceeded',
      `provided ${count} object types or filters, expected at most ${limits.watchFiltersMax}`,
      { limit_provided: `${count}`, maximum_limit_allowed: `${limits.watchFiltersMax}` },
    )
  }
}

/** Returns the filters of the watch, at least one. Whatever one of them matches is reported. */
function filtersOf({ objectTypes, filters }: WatchRequest): readonly RelationshipFilter[] {
  if (filters.length > 0) return filters
  return objectTypes.length > 0 ? objectTypes.map(resourceType => ({ resourceType })) : [{}]
}

interface WatchParts {
  readonly engine: Engine
  readonly request: WatchRequest
  readonly filters: readonly RelationshipFilter[]
  readonly state: WatchState
  readonly signal: AbortSignal
}

/** The number of changes read from the database at a time. */
const CATCH_UP_CHANGES = 64

type SnapshotListing = Extract<WatchProgress, { readonly kind: 'snapshot' }>

const toTouch = (relationship: Relationship): WatchUpdate => ({ operation: 'touch', relationship })
const toDeletion = (relationship: Relationship): WatchUpdate => ({
  operation: 'delete',
  relationship,
})
const lastOf = <T>(list: readonly T[]): T => list[list.length - 1]

class Watch {
  readonly #engine: Engine
  readonly #request: WatchRequest
  readonly #filters: readonly RelationshipFilter[]
  readonly #signal: AbortSignal
  readonly #heartbeatMs: number
  /**
   * The position of the watch. Invariant: it is advanced before a message is yielded, which carries
   * its token.
   */
  readonly #state: WatchState
  /** The time of the next heartbeat, ms of the process's monotonic clock. */
  #beatAt = 0

  constructor({ engine, request, filters, state, signal }: WatchParts) {
    this.#engine = engine
    this.#request = request
    this.#filters = filters
    this.#state = state
    this.#signal = signal
    this.#heartbeatMs = request.heartbeatMs ?? limits.watchHeartbeatMs
  }

  async *messages(): AsyncGenerator<WatchMessage, never> {
    const { recentChanges } = this.#engine
    const leave = recentChanges.enter()
    try {
      if (this.#state.progress === null && this.#request.checkpoints) yield this.#checkpoint()
      yield* this.#snapshot()
      this.#awaitBeat()
      for (;;) {
        this.#signal.throwIfAborted()
        recentChanges.requireOpen()
        const changes = await this.#next()
        for (const change of changes) yield* this.#report(change)
        if (performance.now() >= this.#beatAt) yield* this.#beat()
        else if (changes.length === 0) await this.#idle()
      }
    } finally {
      leave()
    }
  }

  /** Returns the changes that follow, as many as are available; none at the head. */
  async #next(): Promise<readonly Change[]> {
    const { recentChanges } = this.#engine
    const { revision: after, progress } = this.#state
    if (recentChanges.holds(after)) return recentChanges.after(after)
    const within = progress?.kind === 'changes' ? progress.after : null
    return this.#engine.records.changes({ after, within, limit: CATCH_UP_CHANGES })
  }

  #idle(): Promise<void> {
    const waitMs =
      this.#beatAt === Number.POSITIVE_INFINITY ? null : this.#beatAt - performance.now()
    return this.#engine.recentChanges.waitForChange(this.#state.revision, waitMs, this.#signal)
  }

  *#report(change: Change): Generator<WatchMessage> {
    const { progress, expired } = this.#state
    const after = progress?.after ?? null
    const updates = toUpdates(change, { isWanted: this.#isWanted, expired, after })
    const { schemaUpdates } = this.#request
    const reportsSchema = change.schemaChanged && schemaUpdates
    const batches = toBatches(updates)
    for (const [index, batch] of batches.entries()) {
      const isLast = index === batches.length - 1 && !reportsSchema && change.partial !== true
      if (isLast) this.#finish(change.revision)
      else this.#state.progress = { kind: 'changes', after: lastOf(batch).relationship }
      yield this.#message('changes', batch, change)
    }
    if (change.partial === true) {
      this.#state.progress = { kind: 'changes', after: lastIdentityOf(change) }
      return
    }
    this.#finish(change.revision)
    if (reportsSchema) yield this.#message('schema', [], change)
  }

  #finish(revision: Revision): void {
    this.#state.revision = revision
    this.#state.progress = null
  }

  /** Lists all relationships, filter by filter, except those that an earlier filter has listed. */
  async *#snapshot(): AsyncGenerator<WatchMessage> {
    const state = this.#state
    if (state.progress?.kind !== 'snapshot') return
    let listing: SnapshotListing | null = state.progress
    while (listing !== null) {
      this.#signal.throwIfAborted()
      const { filter }: SnapshotListing = listing
      const page = await this.#page(listing)
      const earlier = this.#filters.slice(0, filter)
      const isNew = (relationship: Relationship): boolean =>
        !earlier.some(each => matches(each, relationship))
      for (const batch of toBatches(page.filter(isNew).map(toTouch))) {
        state.progress = { kind: 'snapshot', filter, after: lastOf(batch).relationship }
        yield this.#message('snapshot', batch, null)
      }
      listing = this.#afterPage(listing, page)
      state.progress = listing
    }
    yield this.#message('listed', [], null)
  }

  #afterPage({ filter }: SnapshotListing, page: readonly Relationship[]): SnapshotListing | null {
    if (page.length === limits.pageRows) return { kind: 'snapshot', filter, after: lastOf(page) }
    if (filter + 1 === this.#filters.length) return null
    return { kind: 'snapshot', filter: filter + 1, after: null }
  }

  #page({ filter, after }: SnapshotListing): Promise<readonly Relationship[]> {
    const { revision, expired } = this.#state
    return this.#engine.records.relationships({
      filter: this.#filters[filter],
      at: revision,
      now: expired?.at ?? null,
      after,
      limit: limits.pageRows,
    })
  }

  async *#beat(): AsyncGenerator<WatchMessage> {
    this.#awaitBeat()
    // In the middle of a revision, of which this node has not received the rest, nothing is
    // settled.
    if (this.#state.progress !== null) return
    if (this.#request.expirations) yield* this.#expirations()
    if (this.#request.checkpoints) yield this.#checkpoint()
  }

  /** Schedules the next heartbeat. All watches have the same ones, so that they can share reads. */
  #awaitBeat(): void {
    const { checkpoints, expirations } = this.#request
    const waitMs = this.#heartbeatMs - (this.#engine.clock() % this.#heartbeatMs)
    this.#beatAt =
      checkpoints || expirations ? performance.now() + waitMs : Number.POSITIVE_INFINITY
  }

  /**
   * Reports expired relationships. It does not while the watch lags behind, because they may have
   * been deleted since.
   */
  async *#expirations(): AsyncGenerator<WatchMessage> {
    const engine = this.#engine
    const state = this.#state
    const now = engine.clock()
    const until = now - (now % this.#heartbeatMs)
    while (state.expired !== null && state.expired.at < until) {
      if (!engine.recentChanges.holds(state.revision)) return
      const expiry = { revision: state.revision, after: state.expired, until }
      const { relationships, mark } = await engine.expirations.page(expiry)
      const deletions = relationships.filter(this.#isWanted).map(toDeletion)
      for (const batch of toBatches(deletions)) {
        const last = lastOf(batch).relationship
        state.expired = { at: last.expiresAt ?? until, after: last }
        yield this.#message('expired', batch, null)
      }
      state.expired = mark
    }
  }

  readonly #isWanted = (relationship: Relationship): boolean =>
    this.#filters.some(filter => matches(filter, relationship))

  #checkpoint(): WatchMessage {
    return this.#message('checkpoint', [], null)
  }

  #message(
    kind: WatchMessage['kind'],
    updates: readonly WatchUpdate[],
    change: Change | null,
  ): WatchMessage {
    return { kind, updates, token: this.#token(), change }
  }

  /** The token of this position, with the last revision reported, even if only in part. */
  #token(): string {
    const { datastore, store } = this.#engine
    const { progress, expired } = this.#state
    const complete = this.#state.revision
    const revision = progress?.kind === 'changes' ? toRevision(complete + 1) : complete
    if (progress === null && expired === null) return token(this.#engine, revision)
    return printToken({ datastore, store, revision, position: { progress, expired } })
  }
}
