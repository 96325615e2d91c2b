// The graph of a store, held as a whole or looked up on demand, and the feed that keeps it current, as
// one thing with a life. A graph that is held claims the memory that it takes; when it may not have
// it, it is looked up from then on. When the feed has ended (the node was away for longer than the
// retention, or a change did not fit), the graph is built anew beside the old one, which answers
// until then.

import { setTimeout as pause } from 'node:timers/promises'
import { Replica, type Steps } from '../../replica/index.js'
import { OnDemand, type RowCounts, type WorkingSet } from '../../rows/index.js'
import {
  type Change,
  Fault,
  Refusal,
  type Revision,
  type RevisionFingerprint,
  toFingerprint,
} from '../../terms/index.js'
import { publishNotice, publishWarning } from '../channels.js'
import {
  begin,
  type Changeover,
  claim,
  type LiveGraphOptions,
  type Obstacle,
  type StartedGraph,
  toOnDemand,
} from './begin.js'
import type { Following } from './graphSource.js'
import type { MemoryShare } from './memory.js'
import { recall } from './recentRevisions.js'
import { RevisionWaiters, systemTimers } from './revisionWaiters.js'

/** Between two attempts at a graph, ms. */
const REBUILD_PAUSE_MS = 1000

/** How the graph is, whether it answers or not. */
export interface GraphState {
  readonly graph: Replica | OnDemand
  /** Why it does not answer, or null. */
  readonly refusal: Refusal | null
  readonly changeover: Changeover | null
  /** How often one that was held came to be looked up. */
  readonly changeovers: number
  /** Null if none was looked for. */
  readonly rows: RowCounts | null
}

interface FeedFollower {
  /** Told of each batch after the replica has taken it. */
  onChanges(changes: readonly Change[]): void
  /** Told before a graph that was built anew, and so skipped changes, takes the old one's place. */
  onRebuilt(head: Revision): Promise<unknown>
  /** Told once the store is deleted; nothing is answered any more. */
  onDeleted(refusal: Refusal): void
}

export class LiveGraph {
  readonly #options: LiveGraphOptions
  /** Set before anybody sees it. */
  #graph!: Replica | OnDemand
  /** Of where the feed begins. */
  #fingerprint: RevisionFingerprint | null = null
  #feed: Following | null = null
  /** Beside a graph that is held: for revisions that it does not answer at. */
  #past: OnDemand | null = null
  readonly #waiters = new RevisionWaiters(systemTimers)
  #recalling: Promise<void> = Promise.resolve()
  #closed = false
  /** Why it does not answer, or null. */
  #refusal: Refusal | null = null
  #changeover: Changeover | null = null
  #changeovers = 0
  /** Of the memory for graphs that are held. */
  readonly share: MemoryShare
  #isCompacting = false
  /** The last change that was told, and the last one of a whole revision. */
  #told!: Revision
  #whole: Pick<Change, 'revision' | 'at' | 'note'> | null = null

  private constructor(options: LiveGraphOptions) {
    const { name, isPinned, memory } = options
    this.#options = options
    this.share = memory.open({
      name,
      isPinned,
      canYield: () => this.#canYield(),
      changeOver: reason => this.#changeOver({ cause: 'memory', reason }),
    })
  }

  /** The graph as of the head; it stands still until `start`. */
  static async open(options: LiveGraphOptions): Promise<LiveGraph> {
    const live = new LiveGraph(options)
    try {
      live.#take(await begin(options, live.share))
      return live
    } catch (error) {
      options.memory.release(live.share)
      throw error
    }
  }

  /**
   * @throws Refusal `replica-behind` while a graph that took a change amiss is built anew,
   *   `store-not-found` once the store is deleted
   */
  get graph(): Replica | OnDemand {
    if (this.#refusal !== null) throw this.#refusal
    return this.#graph
  }

  get state(): GraphState {
    const graph = this.#graph
    return {
      graph,
      refusal: this.#refusal,
      changeover: this.#changeover,
      changeovers: this.#changeovers,
      rows: (graph instanceof OnDemand ? graph : this.#past)?.counts ?? null,
    }
  }

  /** As of any revision that the datastore has, from there. */
  past(revision: Revision): WorkingSet {
    const { graph } = this
    if (graph instanceof OnDemand) return graph.past(revision)
    const { head } = graph
    this.#past ??= toOnDemand(this.#options, { head, missed: head, fingerprint: null })
    return this.#past.past(revision)
  }

  /** Whether the graph reaches the revision within the time, ms; at once if it is there already. */
  async reached(revision: Revision, waitMs: number): Promise<boolean> {
    return revision <= this.graph.head || this.#waiters.wait(revision, waitMs)
  }

  /** What keeps the feed from going on just now, or null. */
  get trouble(): Error | null {
    return this.#feed?.trouble ?? null
  }

  /** How long ago it was known to be what the datastore has, ms. */
  get stalenessMs(): number {
    return Math.ceil(this.#feed?.ageMs ?? 0)
  }

  /** Follows the changes from here on. */
  start(follower: FeedFollower): void {
    const origin = { revision: this.#graph.head, fingerprint: this.#fingerprint }
    this.#feed = this.#options.source.follow(origin, {
      onChanges: changes => {
        this.#graph.apply(changes)
        this.#note(changes)
        this.#fit()
        this.#compact()
        follower.onChanges(changes)
        this.#waiters.reach(this.#graph.head)
      },
      onTrouble: error => this.#meet(error, follower),
    })
    this.#recall()
  }

  /** A hint that there is something new. */
  nudge(): void {
    this.#feed?.nudge()
  }

  /** What others have shared is worth the looking back. */
  #recall(): void {
    const graph = this.#graph
    const { source, shared } = this.#options
    if (!(graph instanceof OnDemand) || shared === null) return
    const isOver = (): boolean => this.#closed || this.#graph !== graph
    this.#recalling = recall(graph, { source, isOver })
  }

  #take({ graph, fingerprint, changeover }: StartedGraph): void {
    this.#graph = graph
    this.#fingerprint = fingerprint
    this.#changeover = changeover
    this.#told = graph.head
    this.#whole = null
  }

  #note(changes: readonly Change[]): void {
    this.#told = changes[changes.length - 1].revision
    const whole = changes.findLast(({ partial }) => partial !== true)
    // Without what it created and deleted, which may be much.
    if (whole !== undefined) {
      this.#whole = { revision: whole.revision, at: whole.at, note: whole.note }
    }
  }

  /** Holds the graph against its room and against that of all graphs. */
  #fit(): void {
    const graph = this.#graph
    if (graph instanceof OnDemand) return
    const obstacle = claim(this.#options, this.share, graph.bytes)
    if (obstacle !== null) this.#changeOver(obstacle)
  }

  /** While it is loaded there is none yet. */
  #canYield(): boolean {
    return this.#graph instanceof Replica && this.#options.source.rows !== null
  }

  /** The graph is looked up from here on; questions under way keep theirs. */
  #changeOver({ cause, reason }: Obstacle): void {
    const { name, clock, memory } = this.#options
    const graph = this.#graph
    if (graph instanceof OnDemand || !this.#canYield()) return
    const whole = this.#whole
    const fingerprint =
      whole?.revision === graph.head
        ? toFingerprint(whole.at, whole.note.requestId)
        : this.#markOf(graph)
    this.#graph = toOnDemand(this.#options, { head: graph.head, missed: this.#told, fingerprint })
    memory.set(this.share, 0)
    this.#recall()
    this.#changeover = { at: clock(), cause, reason }
    this.#changeovers++
    publishNotice(
      'graph',
      `the graph of ${name} is looked up on demand from here on: ${reason}`,
      cause === 'memory',
    )
  }

  /** Of a graph to which no whole change has come yet. */
  #markOf({ head, base }: Replica): RevisionFingerprint | null {
    return this.#whole === null && head === base ? this.#fingerprint : null
  }

  /** Takes the steps of a compaction that is under way, if nobody does yet. */
  #compact(): void {
    const graph = this.#graph
    if (graph instanceof OnDemand || !graph.isCompacting || this.#isCompacting) return
    this.#isCompacting = true
    this.#options.slices
      .runAlone(this.#options.store, this.#compaction(graph))
      .catch((error: Error) => publishWarning('compaction', error))
      .finally(() => {
        this.#isCompacting = false
        if (!this.#closed) this.#fit()
      })
  }

  *#compaction(graph: Replica): Steps<void> {
    for (const pause of graph.compaction()) {
      if (this.#closed || this.#graph !== graph) return
      yield pause
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#feed?.close()
    await this.#recalling
    this.#options.memory.release(this.share)
  }

  #meet(error: Error, follower: FeedFollower): void {
    if (error instanceof Refusal && error.code === 'store-not-found') {
      this.#refusal = error
      this.#waiters.giveUp()
      follower.onDeleted(error)
      return
    }
    publishWarning('feed', error)
    if (error instanceof Refusal && error.code === 'history-lost') {
      this.#refusal = error
      this.#waiters.giveUp()
      return
    }
    if (error instanceof Fault) this.#refusal = beingBuilt()
    if (this.#feed?.hasEnded) void this.#rebuild(follower)
  }

  /** Goes on with the old graph, whose feed then ends again, when there is no new one to be had. */
  async #rebuild(follower: FeedFollower): Promise<void> {
    await this.#feed?.close()
    await pause(REBUILD_PAUSE_MS, null, { ref: false })
    if (this.#closed) return
    try {
      const started = await begin(this.#options, this.share)
      await follower.onRebuilt(started.graph.head)
      this.#take(started)
      this.#refusal = null
      this.#waiters.reach(started.graph.head)
      this.#fit()
    } catch (error) {
      publishWarning('feed', error as Error)
    }
    if (!this.#closed) this.start(follower)
  }
}

const beingBuilt = (): Refusal =>
  new Refusal('replica-behind', 'the graph is being built anew, try again')
