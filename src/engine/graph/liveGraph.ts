// The live graph of a store: a resident graph or one on demand, with the feed that keeps it
// current. A resident graph claims the memory that it takes. When a claim is refused, the graph is
// on demand from then on. When the feed has ended, because the node was away for longer than the
// retention or a change could not be applied, the graph is rebuilt beside the old one, which
// answers until then.

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

/** The pause between two attempts to rebuild a graph, ms. */
const REBUILD_PAUSE_MS = 1000

/** The state of a graph, whether it answers or not. */
export interface GraphState {
  readonly graph: Replica | OnDemand
  /** The reason why the graph does not answer, or null. */
  readonly refusal: Refusal | null
  readonly changeover: Changeover | null
  /** The number of times the graph went from resident to on demand. */
  readonly changeovers: number
  /** The counts of row reads; null if no row was ever read. */
  readonly rows: RowCounts | null
}

interface FeedFollower {
  /** Receives each batch of changes after the graph has applied it. */
  onChanges(changes: readonly Change[]): void
  /** Called before a rebuilt graph, which skipped changes, replaces the old one. */
  onRebuilt(head: Revision): Promise<unknown>
  /** Called once the store is deleted; nothing is answered from then on. */
  onDeleted(refusal: Refusal): void
}

export class LiveGraph {
  readonly #options: LiveGraphOptions
  /** The graph, which `open` sets before it returns. */
  #graph!: Replica | OnDemand
  /** The fingerprint of the revision at which the feed begins. */
  #fingerprint: RevisionFingerprint | null = null
  #feed: Following | null = null
  /** The reads of past revisions, beside a resident graph that does not answer at them. */
  #past: OnDemand | null = null
  readonly #waiters = new RevisionWaiters(systemTimers)
  #recalling: Promise<void> = Promise.resolve()
  #closed = false
  /** The reason why the graph does not answer, or null. */
  #refusal: Refusal | null = null
  #changeover: Changeover | null = null
  #changeovers = 0
  /** The graph's share of the memory for resident graphs. */
  readonly share: MemoryShare
  #isCompacting = false
  /** The revision of the last change received, and the last change that completed a revision. */
  #lastReceived!: Revision
  #lastComplete: Pick<Change, 'revision' | 'at' | 'note'> | null = null

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

  /** Opens the graph as of the head. It does not change until `start`. */
  static async open(options: LiveGraphOptions): Promise<LiveGraph> {
    const live = new LiveGraph(options)
    try {
      live.#install(await begin(options, live.share))
      return live
    } catch (error) {
      options.memory.release(live.share)
      throw error
    }
  }

  /**
   * The graph.
   * @throws Refusal `replica-behind` while a graph that failed to apply a change is rebuilt,
   * `store-not-found` once the store is deleted
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

  /** Returns a working set at any revision that the datastore retains, read from there. */
  past(revision: Revision): WorkingSet {
    const { graph } = this
    if (graph instanceof OnDemand) return graph.past(revision)
    const { head } = graph
    this.#past ??= toOnDemand(this.#options, { head, missed: head, fingerprint: null })
    return this.#past.past(revision)
  }

  /** Waits until the graph reaches the revision, for at most `waitMs`. @returns whether it has */
  async reached(revision: Revision, waitMs: number): Promise<boolean> {
    return revision <= this.graph.head || this.#waiters.wait(revision, waitMs)
  }

  /** The error that keeps the feed from going on at the moment, or null. */
  get trouble(): Error | null {
    return this.#feed?.trouble ?? null
  }

  /** The time since the graph was known to have every change, ms. */
  get stalenessMs(): number {
    return Math.ceil(this.#feed?.ageMs ?? 0)
  }

  /** Begins to follow changes. */
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
      onTrouble: error => this.#onTrouble(error, follower),
    })
    this.#recall()
  }

  /** Hints that there is a new change. */
  nudge(): void {
    this.#feed?.nudge()
  }

  /** Reads recent revisions back if nodes share rows, so that shared rows are usable. */
  #recall(): void {
    const graph = this.#graph
    const { source, shared } = this.#options
    if (!(graph instanceof OnDemand) || shared === null) return
    const isOver = (): boolean => this.#closed || this.#graph !== graph
    this.#recalling = recall(graph, { source, isOver })
  }

  #install({ graph, fingerprint, changeover }: StartedGraph): void {
    this.#graph = graph
    this.#fingerprint = fingerprint
    this.#changeover = changeover
    this.#lastReceived = graph.head
    this.#lastComplete = null
  }

  #note(changes: readonly Change[]): void {
    this.#lastReceived = changes[changes.length - 1].revision
    const complete = changes.findLast(({ partial }) => partial !== true)
    // Keep it without its relationships, which may be many.
    if (complete !== undefined) {
      this.#lastComplete = { revision: complete.revision, at: complete.at, note: complete.note }
    }
  }

  /**
   * Claims the memory that the graph now takes; if refused, the graph changes over to on demand.
   */
  #fit(): void {
    const graph = this.#graph
    if (graph instanceof OnDemand) return
    const obstacle = claim(this.#options, this.share, graph.bytes)
    if (obstacle !== null) this.#changeOver(obstacle)
  }

  /**
   * Whether the graph can change over to on demand. While it is being loaded, there is no graph
   * yet.
   */
  #canYield(): boolean {
    return this.#graph instanceof Replica && this.#options.source.rows !== null
  }

  /** Makes the graph on demand. Questions already running keep the resident one. */
  #changeOver({ cause, reason }: Obstacle): void {
    const { name, clock, memory } = this.#options
    const graph = this.#graph
    if (graph instanceof OnDemand || !this.#canYield()) return
    const complete = this.#lastComplete
    const fingerprint =
      complete?.revision === graph.head
        ? toFingerprint(complete.at, complete.note.requestId)
        : this.#fingerprintOf(graph)
    this.#graph = toOnDemand(this.#options, {
      head: graph.head,
      missed: this.#lastReceived,
      fingerprint,
    })
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

  /** The fingerprint of a resident graph that has received no complete change yet. */
  #fingerprintOf({ head, base }: Replica): RevisionFingerprint | null {
    return this.#lastComplete === null && head === base ? this.#fingerprint : null
  }

  /** Runs a compaction that is due, unless it is running already. */
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

  #onTrouble(error: Error, follower: FeedFollower): void {
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
    if (error instanceof Fault) this.#refusal = beingRebuilt()
    if (this.#feed?.hasEnded) void this.#rebuild(follower)
  }

  /**
   * Rebuilds the graph. If that fails, the old graph stays, and its feed ends again, which leads to
   * the next attempt.
   */
  async #rebuild(follower: FeedFollower): Promise<void> {
    await this.#feed?.close()
    await pause(REBUILD_PAUSE_MS, null, { ref: false })
    if (this.#closed) return
    try {
      const started = await begin(this.#options, this.share)
      await follower.onRebuilt(started.graph.head)
      this.#install(started)
      this.#refusal = null
      this.#waiters.reach(started.graph.head)
      this.#fit()
    } catch (error) {
      publishWarning('feed', error as Error)
    }
    if (!this.#closed) this.start(follower)
  }
}

const beingRebuilt = (): Refusal =>
  new Refusal('replica-behind', 'the graph is being built anew, try again')
