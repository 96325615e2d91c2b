// The graph of a store, held as a whole or looked up on demand, and the feed that keeps it current, as
// one thing with a life. When the feed has ended (the node was away for longer than the retention, or a change did not fit), the
// graph is built anew beside the old one, which answers until then.

import { setTimeout as pause } from 'node:timers/promises'
import { Replica } from '../replica/index.js'
import { OnDemand, type RowSource, type SharedRows } from '../rows/index.js'
import { type Database, Feed, readHead, readRows, readSnapshot } from '../storage/index.js'
import { type Change, Fault, Refusal, type Revision, type StoreId } from '../terms/index.js'
import { tellTrouble } from './channels.js'
import { requireReadable } from './heads.js'
import { systemTimers, Waiters } from './waiters.js'

/** Between two attempts at a graph, ms. */
const REBUILD_PAUSE_MS = 1000

/** Held as a whole, or looked up. */
export type GraphMode = 'resident' | 'on-demand'

export interface ResidentOptions {
  readonly database: Database
  readonly store: StoreId
  /** The feed looks for changes this often even when no notification comes, ms. */
  readonly pollMs: number
  readonly mode: GraphMode
  /** Of rows that nodes share; null for none. */
  readonly shared: SharedRows | null
}

export interface Follower {
  /** Told of each batch after the replica has taken it. */
  onChanges(changes: readonly Change[]): void
  /** Told before a graph that was built anew, and so skipped changes, takes the old one's place. */
  onRebuilt(head: Revision): Promise<unknown>
  /** Told once the store is deleted; nothing is answered any more. */
  onDeleted(refusal: Refusal): void
}

export class Resident {
  readonly #options: ResidentOptions
  #replica: Replica | OnDemand
  #feed: Feed | null = null
  readonly #waiters = new Waiters(systemTimers)
  #closed = false
  /** Why it does not answer, or null. */
  #refusal: Refusal | null = null

  private constructor(options: ResidentOptions, replica: Replica | OnDemand) {
    this.#options = options
    this.#replica = replica
  }

  /** The graph as of the head; it stands still until `start`. */
  static async open(options: ResidentOptions): Promise<Resident> {
    return new Resident(options, await begin(options))
  }

  /**
   * @throws Refusal `replica-behind` while a graph that took a change amiss is built anew,
   *   `store-not-found` once the store is deleted
   */
  get replica(): Replica | OnDemand {
    if (this.#refusal !== null) throw this.#refusal
    return this.#replica
  }

  /** Whether the graph reaches the revision within the time, ms; at once if it is there already. */
  async reached(revision: Revision, waitMs: number): Promise<boolean> {
    return revision <= this.replica.head || this.#waiters.wait(revision, waitMs)
  }

  /** What keeps the feed from going on just now, or null. */
  get trouble(): Error | null {
    return this.#feed?.trouble ?? null
  }

  /** Follows the changes from here on. */
  start(follower: Follower): void {
    const { database, store, pollMs } = this.#options
    const replica = this.#replica
    this.#feed = new Feed({
      database,
      store,
      pollMs,
      from: replica.head,
      onChanges: changes => {
        replica.apply(changes)
        follower.onChanges(changes)
        this.#waiters.reach(replica.head)
      },
      onTrouble: error => this.#meet(error, follower),
    })
    this.#feed.start()
  }

  /** A hint that there is something new. */
  nudge(): void {
    this.#feed?.nudge()
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#feed?.close()
  }

  #meet(error: Error, follower: Follower): void {
    if (error instanceof Refusal && error.code === 'store-not-found') {
      this.#refusal = error
      this.#waiters.giveUp()
      follower.onDeleted(error)
      return
    }
    tellTrouble('feed', error)
    if (error instanceof Fault) this.#refusal = beingBuilt()
    if (this.#feed?.hasEnded) void this.#rebuild(follower)
  }

  /** Goes on with the old graph, whose feed then ends again, when there is no new one to be had. */
  async #rebuild(follower: Follower): Promise<void> {
    await this.#feed?.close()
    await pause(REBUILD_PAUSE_MS, null, { ref: false })
    if (this.#closed) return
    try {
      const replica = await begin(this.#options)
      await follower.onRebuilt(replica.head)
      this.#replica = replica
      this.#refusal = null
      this.#waiters.reach(replica.head)
    } catch (error) {
      tellTrouble('feed', error as Error)
    }
    if (!this.#closed) this.start(follower)
  }
}

const beingBuilt = (): Refusal =>
  new Refusal('replica-behind', 'the graph is being built anew, try again')

/** The graph as of the head. */
async function begin(options: ResidentOptions): Promise<Replica | OnDemand> {
  const { database, store, mode, shared } = options
  if (mode === 'resident') return Replica.bootstrap(readSnapshot(database, store, null))
  const { revision } = await readHead(database, store)
  return new OnDemand(revision, { source: rowsOf(database, store), shared })
}

/** @throws Refusal `revision-unavailable` */
const rowsOf =
  (database: Database, store: StoreId): RowSource =>
  (wants, at) =>
    database.snapshot(async q => {
      requireReadable(await readHead(q, store), at)
      return readRows(q, { store, at, wants })
    })
