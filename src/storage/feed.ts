// Following a store: every revision after a given one, once each and in order. The truth is in the
// tables; a notification only says "look now", and a slow poll makes sure that a lost one costs time,
// never news. When the database is away, the feed says so and tries again, at growing intervals.

import {
  type Change,
  lastIdentityOf,
  Refusal,
  type RefusalCode,
  type RelationshipIdentity,
  type Revision,
  type RevisionFingerprint,
  type StoreId,
  toFingerprint,
} from '../terms/index.js'
import { readNext } from './changes.js'
import type { Database } from './database.js'
import { proveHistory } from './history.js'
import { readParts } from './parts.js'
import { CHANNEL, isAbout } from './revisions.js'

interface FeedOptions {
  readonly database: Database
  readonly store: StoreId
  /** The revision that the consumer has; the first change is of the one after it. */
  readonly from: Revision
  /** Of `from`; without, what is found at the first look. */
  readonly fingerprint?: RevisionFingerprint | null
  /** The longest time without a look, ms. */
  readonly pollMs: number
  /** Relationships of changes at a time; what is more comes in parts. */
  readonly rowsMax?: number
  /** Takes some changes, in order, before it returns; the last may go on. */
  onChanges(changes: readonly Change[]): void
  /**
   * Told of each failed look. After `revision-unavailable`, `store-not-found`, `history-lost`, and an error that
   * `onChanges` threw, the feed has ended: it could not go on without a gap or a repetition.
   */
  onTrouble(error: Error): void
}

/** Revisions at a time: bounds the memory of catching up. */
const REVISIONS_MAX = 256
const RETRY_MIN_MS = 20
/** Refusals after which looking again can only give the same. */
const FINAL: ReadonlySet<RefusalCode> = new Set([
  'revision-unavailable',
  'store-not-found',
  'history-lost',
])

export class Feed {
  private readonly options: FeedOptions
  private position: Revision
  /** Where in the revision behind the position, when a part of it was taken. */
  private within: RelationshipIdentity | null = null
  private following: Promise<void> | null = null
  private stopProving: (() => void) | null = null
  private ended = false
  private failures = 0
  private nudged = false
  private wake: (() => void) | null = null
  private failure: Error | null = null
  private lookedAt = performance.now()
  /** Of the position; null when it is not known. */
  private fingerprint: RevisionFingerprint | null

  constructor(options: FeedOptions) {
    this.options = options
    this.position = options.from
    this.fingerprint = options.fingerprint ?? null
  }

  /** Why the last look failed, or null when it did not. */
  get trouble(): Error | null {
    return this.failure
  }

  /** How long ago the last look that succeeded began, ms. */
  get ageMs(): number {
    return performance.now() - this.lookedAt
  }

  /** Whether it will not look again. */
  get hasEnded(): boolean {
    return this.ended
  }

  /** Begins to follow; once. */
  start(): void {
    const { database, store } = this.options
    this.stopProving ??= database.onConnect(connection =>
      proveHistory(connection, store, this.position, this.fingerprint),
    )
    this.following ??= this.follow()
  }

  /** A hint that there is something new. */
  nudge(): void {
    this.nudged = true
    this.wake?.()
  }

  /** Resolves when no further call will be made. */
  async close(): Promise<void> {
    this.ended = true
    this.wake?.()
    await this.following
    this.stopProving?.()
  }

  private async follow(): Promise<void> {
    const { database, store, onTrouble } = this.options
    let stopListening: (() => Promise<void>) | null = null
    while (!this.ended) {
      this.nudged = false
      try {
        stopListening ??= await database.listen(CHANNEL, told => {
          if (isAbout(store, told)) this.nudge()
        })
        await this.look()
        this.failures = 0
        this.failure = null
      } catch (error) {
        this.failures++
        this.failure = error as Error
        this.ended ||= error instanceof Refusal && FINAL.has(error.code)
        onTrouble(error as Error)
      }
      await this.rest()
    }
    await stopListening?.()
  }

  private async look(): Promise<void> {
    const { database, store, rowsMax } = this.options
    const begun = performance.now()
    const { position: after, within, fingerprint: known } = this
    const ask = { store, after, within, known, limit: REVISIONS_MAX, rowsMax }
    const { changes, fingerprint } = await readNext(database, ask)
    this.fingerprint = fingerprint
    if (changes === null || within !== null) {
      // Whoever is far behind is not at the head once this is taken.
      this.nudged = true
      return readParts(database, ask, changes => this.take(changes))
    }
    if (changes.length === REVISIONS_MAX) this.nudged = true
    else this.lookedAt = begun
    if (changes.length > 0) this.take(changes)
  }

  /** Whether to go on. */
  private take(changes: readonly Change[]): boolean {
    if (this.ended) return false
    try {
      this.options.onChanges(changes)
    } catch (error) {
      this.ended = true
      throw error
    }
    const last = changes[changes.length - 1]
    const whole = changes.findLast(({ partial }) => partial !== true)
    this.within = last.partial === true ? lastIdentityOf(last) : null
    if (whole !== undefined) {
      this.position = whole.revision
      this.fingerprint = toFingerprint(whole.at, whole.note.requestId)
    }
    return true
  }

  /** Waits for a hint, the next poll, or the next attempt. */
  private async rest(): Promise<void> {
    if (this.nudged || this.ended) return
    const { pollMs } = this.options
    const waitMs =
      this.failures === 0 ? pollMs : Math.min(pollMs, RETRY_MIN_MS * 2 ** this.failures)
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, waitMs)
      this.wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.wake = null
  }
}
