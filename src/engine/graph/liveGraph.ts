// The graph of a store, held as a whole or looked up on demand, and the feed that keeps it current, as
// one thing with a life. When the feed has ended (the node was away for longer than the retention, or a change did not fit), the
// graph is built anew beside the old one, which answers until then.

import { setTimeout as pause } from 'node:timers/promises'
import { Replica } from '../../replica/index.js'
import {
  OnDemand,
  type ReplicaRows,
  type RowCache,
  type RowCounts,
  type SharedRows,
  type WorkingSet,
} from '../../rows/index.js'
import {
  type Change,
  Fault,
  type Mark,
  Refusal,
  type Revision,
  type StoreId,
  toMark,
} from '../../terms/index.js'
import { tellNews, tellTrouble } from '../channels.js'
import type { Following, GraphSource, RowReads } from './graphSource.js'
import { recall } from './recall.js'
import { systemTimers, Waiters } from './waiters.js'

/** Between two attempts at a graph, ms. */
const REBUILD_PAUSE_MS = 1000

/** Held as a whole, or looked up; `auto`: held as long as it fits into the room for it. */
export type GraphMode = 'resident' | 'on-demand' | 'auto'

/** About what one takes in memory: to see beforehand whether a graph fits. */
const RELATIONSHIP_BYTES = 45

export interface LiveGraphOptions {
  readonly source: GraphSource
  /** The store's id, which tells its rows from those of other stores. */
  readonly store: StoreId
  /** Of the store, for people. */
  readonly name: string
  readonly mode: GraphMode
  /** Room for a graph, if its mode is `auto`. */
  readonly graphBytesMax: number
  /** Of rows that nodes share; null for none. */
  readonly shared: SharedRows | null
  /** Of the database; null for none. */
  readonly replicas: ReplicaRows | null
  /** Of rows that this node keeps, of all stores. */
  readonly cache: RowCache
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

/** Since when and why a graph that might be held is looked up. */
export interface Changeover {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly reason: string
}

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

export interface Follower {
  /** Told of each batch after the replica has taken it. */
  onChanges(changes: readonly Change[]): void
  /** Told before a graph that was built anew, and so skipped changes, takes the old one's place. */
  onRebuilt(head: Revision): Promise<unknown>
  /** Told once the store is deleted; nothing is answered any more. */
  onDeleted(refusal: Refusal): void
}

/** A graph, and by which mark its head is known. */
interface Begun {
  readonly graph: Replica | OnDemand
  readonly mark: Mark | null
  readonly changeover: Changeover | null
}

export class LiveGraph {
  readonly #options: LiveGraphOptions
  #graph: Replica | OnDemand
  /** Of where the feed begins. */
  #mark: Mark | null
  #feed: Following | null = null
  /** Beside a graph that is held: for revisions that it does not answer at. */
  #past: OnDemand | null = null
  readonly #waiters = new Waiters(systemTimers)
  #recalling: Promise<void> = Promise.resolve()
  #closed = false
  /** Why it does not answer, or null. */
  #refusal: Refusal | null = null
  #changeover: Changeover | null
  #changeovers = 0

  private constructor(options: LiveGraphOptions, { graph, mark, changeover }: Begun) {
    this.#options = options
    this.#graph = graph
    this.#mark = mark
    this.#changeover = changeover
  }

  /** The graph as of the head; it stands still until `start`. */
  static async open(options: LiveGraphOptions): Promise<LiveGraph> {
    return new LiveGraph(options, await begin(options))
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
    this.#past ??= toOnDemand(this.#options, { head, missed: head, mark: null })
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
  start(follower: Follower): void {
    const origin = { revision: this.#graph.head, mark: this.#mark }
    this.#feed = this.#options.source.follow(origin, {
      onChanges: changes => {
        this.#graph.apply(changes)
        this.#fit(changes)
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

  /** A graph that has outgrown its room is looked up from here on; questions under way keep theirs. */
  #fit(changes: readonly Change[]): void {
    const { name, mode, graphBytesMax: bytesMax, clock } = this.#options
    const graph = this.#graph
    if (mode !== 'auto' || graph instanceof OnDemand || graph.bytes <= bytesMax) return
    const [missed, whole] = [changes[changes.length - 1].revision, lastWhole(changes)]
    const mark = whole?.revision === graph.head ? toMark(whole.at, whole.note.requestId) : null
    this.#graph = toOnDemand(this.#options, { head: graph.head, missed, mark })
    this.#recall()
    const reason = `it takes ${toMiB(graph.bytes)} of ${toMiB(bytesMax)}`
    this.#changeover = { at: clock(), reason }
    this.#changeovers++
    tellNews('graph', `the graph of ${name} is looked up on demand from here on: ${reason}`)
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#feed?.close()
    await this.#recalling
  }

  #meet(error: Error, follower: Follower): void {
    if (error instanceof Refusal && error.code === 'store-not-found') {
      this.#refusal = error
      this.#waiters.giveUp()
      follower.onDeleted(error)
      return
    }
    tellTrouble('feed', error)
    if (error instanceof Refusal && error.code === 'history-lost') {
      this.#refusal = error
      this.#waiters.giveUp()
      return
    }
    if (error instanceof Fault) this.#refusal = beingBuilt()
    if (this.#feed?.hasEnded) void this.#rebuild(follower)
  }

  /** Goes on with the old graph, whose feed then ends again, when there is no new one to be had. */
  async #rebuild(follower: Follower): Promise<void> {
    await this.#feed?.close()
    await pause(REBUILD_PAUSE_MS, null, { ref: false })
    if (this.#closed) return
    try {
      const { graph, mark, changeover } = await begin(this.#options)
      await follower.onRebuilt(graph.head)
      this.#graph = graph
      this.#mark = mark
      this.#changeover = changeover
      this.#refusal = null
      this.#waiters.reach(graph.head)
    } catch (error) {
      tellTrouble('feed', error as Error)
    }
    if (!this.#closed) this.start(follower)
  }
}

const beingBuilt = (): Refusal =>
  new Refusal('replica-behind', 'the graph is being built anew, try again')

/** The graph as of the head. */
async function begin(options: LiveGraphOptions): Promise<Begun> {
  const { source, mode } = options
  const { revision: head, mark } = await source.origin()
  const changeover = mode === 'auto' ? await tooLarge(options, head) : null
  if (mode === 'on-demand' || changeover !== null) {
    return { graph: toOnDemand(options, { head, missed: head, mark }), mark, changeover }
  }
  const graph = await Replica.bootstrap(source.snapshot(head))
  return { graph, mark, changeover }
}

interface Place {
  readonly head: Revision
  /** The last revision of which it is not told all. */
  readonly missed: Revision
  readonly mark: Mark | null
}

function toOnDemand(options: LiveGraphOptions, { head, missed, mark }: Place): OnDemand {
  const { shared, replicas, cache, store } = options
  const { read } = requireRows(options.source)
  return new OnDemand(head, { source: read, missed, mark, shared, replicas, cache, name: store })
}

const lastWhole = (changes: readonly Change[]): Change | undefined =>
  changes.findLast(({ goesOn }) => goesOn !== true)

/** Null if it fits. */
async function tooLarge(
  { source, graphBytesMax: bytesMax, clock }: LiveGraphOptions,
  at: Revision,
): Promise<Changeover | null> {
  const room = Math.floor(bytesMax / RELATIONSHIP_BYTES)
  const count = await requireRows(source).count(at, room + 1)
  if (count <= room) return null
  return { at: clock(), reason: `it would take more than ${toMiB(bytesMax)}` }
}

const toMiB = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MiB`

/** @throws Refusal `revision-unavailable` if the source gives only what is held */
function requireRows({ rows }: GraphSource): RowReads {
  if (rows !== null) return rows
  throw new Refusal(
    'revision-unavailable',
    'invalid revision: this node answers only from the revisions that it holds',
  )
}
