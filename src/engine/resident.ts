// The resident graph of a store and the feed that keeps it current, as one thing with a life. When
// the feed cannot go on without a gap (the node was away for longer than the retention), the graph
// is built anew beside the old one, which answers until then.

import { Replica } from '../replica/index.js'
import { type Database, Feed, readSnapshot } from '../storage/index.js'
import { type Change, Refusal, type StoreId } from '../terms/index.js'
import { tellTrouble } from './channels.js'

export interface ResidentOptions {
  readonly database: Database
  readonly store: StoreId
  /** The feed looks for changes this often even when no notification comes, ms. */
  readonly pollMs: number
}

export interface Follower {
  /** Told of each batch after the replica has taken it. */
  onChanges(changes: readonly Change[]): void
  /** Told before a graph that was built anew, and so skipped changes, takes the old one's place. */
  onRebuilt(): Promise<unknown>
}

export class Resident {
  readonly #options: ResidentOptions
  #replica: Replica
  #feed: Feed | null = null
  #trouble: Error | null = null
  #closed = false

  private constructor(options: ResidentOptions, replica: Replica) {
    this.#options = options
    this.#replica = replica
  }

  /** The graph as of the head; it stands still until `start`. */
  static async open(options: ResidentOptions): Promise<Resident> {
    const { database, store } = options
    return new Resident(options, await Replica.bootstrap(readSnapshot(database, store, null)))
  }

  get replica(): Replica {
    return this.#replica
  }

  /** What keeps the feed from going on just now, or null. */
  get trouble(): Error | null {
    return this.#trouble
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
        this.#trouble = null
        replica.apply(changes)
        follower.onChanges(changes)
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
    this.#trouble = error
    tellTrouble('feed', error)
    if (error instanceof Refusal && error.code === 'revision-unavailable') {
      void this.#rebuild(follower)
    }
  }

  async #rebuild(follower: Follower): Promise<void> {
    const { database, store } = this.#options
    await this.#feed?.close()
    try {
      const replica = await Replica.bootstrap(readSnapshot(database, store, null))
      await follower.onRebuilt()
      this.#replica = replica
      this.#trouble = null
    } catch (error) {
      tellTrouble('feed', error as Error)
    }
    if (!this.#closed) this.start(follower)
  }
}
