// The change feed of a store: every revision after a given one, once each and in order. The tables
// hold the truth. A notification only says that there may be something new, and a slow poll makes
// sure that a lost notification delays a change but never drops it. When the database is away, the
// feed reports it and retries at growing intervals.

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
  /** The revision that the consumer has. The first change is the one after it. */
  readonly from: Revision
  /** The fingerprint of `from`. By default the one that the first read finds. */
  readonly fingerprint?: RevisionFingerprint | null
  /** The maximum time between two reads, ms. */
  readonly pollMs: number
  /**
   * The maximum number of relationships that are delivered at a time. A larger revision comes in
   * parts.
   */
  readonly rowsMax?: number
  /** Takes changes, in order and synchronously. The last one may be partial. */
  onChanges(changes: readonly Change[]): void
  /**
   * Called with the error of each failed read. The feed has ended after `revision-unavailable`,
   * `store-not-found`, `history-lost`, and an error that `onChanges` threw: it could not continue
   * without a gap or a repetition.
   */
  onTrouble(error: Error): void
}

/** The maximum number of revisions of one read, which bounds the memory of catching up. */
const REVISIONS_MAX = 256
const RETRY_MIN_MS = 20
/** The refusals that every further read would repeat. */
const FINAL: ReadonlySet<RefusalCode> = new Set([
  'revision-unavailable',
  'store-not-found',
  'history-lost',
])

export class Feed {
  private readonly options: FeedOptions
  private position: Revision
  /**
   * The last relationship that was delivered of the revision after the position. Null if none was.
   */
  private within: RelationshipIdentity | null = null
  private following: Promise<void> | null = null
  private stopProving: (() => void) | null = null
  private ended = false
  private failures = 0
  private nudged = false
  private wake: (() => void) | null = null
  private failure: Error | null = null
  private lookedAt = performance.now()
  /** The fingerprint of the position. Null when it is not known. */
  private fingerprint: RevisionFingerprint | null

  constructor(options: FeedOptions) {
    this.options = options
    this.position = options.from
    this.fingerprint = options.fingerprint ?? null
  }

  /** The error of the last read. Null when it succeeded. */
  get trouble(): Error | null {
    return this.failure
  }

  /** The time since the start of the last read that reached the head, ms. */
  get ageMs(): number {
    return performance.now() - this.lookedAt
  }

  /** Whether the feed has ended, so that it will not read again. */
  get hasEnded(): boolean {
    return this.ended
  }

  /** Starts the feed. Further calls do nothing. */
  start(): void {
    const { database, store } = this.options
    this.stopProving ??= database.onConnect(connection =>
      proveHistory(connection, store, this.position, this.fingerprint),
    )
    this.following ??= this.follow()
  }

  /** Makes the feed read now, as there may be something new. */
  nudge(): void {
    this.nudged = true
    this.wake?.()
  }

  /** Ends the feed. Resolves when it will make no further call. */
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
      // A feed that is far behind is not at the head after this, so it reads again at once.
      this.nudged = true
      return readParts(database, ask, changes => this.take(changes))
    }
    if (changes.length === REVISIONS_MAX) this.nudged = true
    else this.lookedAt = begun
    if (changes.length > 0) this.take(changes)
  }

  /** Delivers the changes and moves the position. Returns whether to continue. */
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

  /** Waits for a nudge, the next poll, or the next attempt. */
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
