// The resident graph of a store as a thing with a life: it begins as the store stood at one
// revision, takes every later change in order, and answers as of any revision from its base to its
// head. It knows neither where changes come from nor what time it is: expired relationships are let
// go by the times that the changes themselves carry, and long work goes in steps, which others take.

import type { Snapshot } from '../evaluator/index.js'
import { assert, type Change, limits, type Relationship, type Revision } from '../terms/index.js'
import { AdjacencyBuilder } from './adjacencyBuilder.js'
import { type Compacted, compact } from './compaction.js'
import { Interner } from './interner.js'
import { LayeredGraph } from './layeredGraph.js'
import { ReplicaSnapshot } from './replicaSnapshot.js'
import { atOnce, type Steps } from './steps.js'

/** Some of a store at a revision. */
export interface RelationshipBatch {
  readonly revision: Revision
  readonly relationships: readonly Relationship[]
}

export interface ReplicaOptions {
  /** Versions in the delta below which compaction is not worth its work. */
  readonly deltaMin: number
  /** Bytes of words that nothing uses, below which numbering all anew is not worth its work. */
  readonly unusedMin: number
  /** Of the words' bytes: when more is unused, the next compaction numbers all words anew. */
  readonly unusedShare: number
}

interface BootstrapOptions extends Partial<ReplicaOptions> {
  /** How many relationships there will be, about. */
  readonly expected?: number
  /** Takes the steps of long work; without it, they are taken at once. */
  readonly drive?: <Result>(work: Steps<Result>) => Promise<Result>
  /** Told after each batch what is held by now; what it throws ends the work. */
  readonly onBytes?: (bytes: number) => void
}

/** Bytes by part; columns count with the room that they have to spare. */
interface ReplicaMemory {
  readonly objects: number
  readonly nodes: number
  /** An estimate. */
  readonly caveats: number
  readonly base: number
  readonly delta: number
}

/**
 * A compaction begins when the delta outgrows this share of the base. What began or ended weighs
 * some 70 bytes there and 8 in the base, so a greater share would cost memory; a smaller one, more
 * work: at an eighth, each pays for sixteen edges of it, some 4 µs.
 */
const DELTA_SHARE = 1 / 8
/**
 * Where nobody takes the steps of a compaction in time, changes do: from half as much again in the
 * delta on, one step for every two events. It has at most 22 steps for each 1024 edges, so that it
 * is done before the delta is twice as large as when it began.
 */
const LATE = 1.5
const EVENTS_PER_STEP = 2
const DEFAULTS: ReplicaOptions = {
  deltaMin: 65_536,
  unusedMin: 1_048_576,
  unusedShare: 1 / 4,
}

export class Replica {
  readonly #options: ReplicaOptions
  #graph: LayeredGraph
  #head: Revision
  /** Whether a revision has come in part only. */
  #isWithin = false
  /** The latest time of a change, ms since 1970. */
  #time = Number.NEGATIVE_INFINITY
  /** Relationships that had expired by then may have been let go. */
  #expiredBy = Number.NEGATIVE_INFINITY
  #compaction: Steps<Compacted> | null = null
  /** Whether so many words are unused that all should be numbered anew. */
  #isWasteful = false

  private constructor(graph: LayeredGraph, options: ReplicaOptions) {
    this.#graph = graph
    this.#head = graph.revision
    this.#options = options
  }

  /** The graph of all batches, which are of one revision; there is at least one. */
  static async bootstrap(
    batches: AsyncIterable<RelationshipBatch>,
    { expected, drive = async work => atOnce(work), onBytes, ...options }: BootstrapOptions = {},
  ): Promise<Replica> {
    const interner = new Interner()
    const builder = new AdjacencyBuilder(expected)
    let revision: Revision | null = null
    for await (const batch of batches) {
      assert(
        revision === null || revision === batch.revision,
        `batches are of one revision, but ${batch.revision} came after ${revision}`,
      )
      revision = batch.revision
      for (const relationship of batch.relationships) builder.add(interner.add(relationship))
      onBytes?.(interner.bytes + builder.bytes)
    }
    assert(revision !== null, 'a replica begins with at least one batch')
    const base = await drive(builder.finish(interner.nodes.size))
    return new Replica(new LayeredGraph(interner, base, revision), { ...DEFAULTS, ...options })
  }

  /** The newest revision that it can answer. */
  get head(): Revision {
    return this.#head
  }

  /** The oldest one; it moves on when a compaction is done. */
  get base(): Revision {
    return this.#graph.revision
  }

  /** Relationships at the head, those that have expired and are still kept included. */
  get size(): number {
    return this.#graph.size
  }

  /**
   * The graph as of the revision; null unless it is from `base` to `head`. It stays right however
   * long it is kept, though the memory of its image stays with it.
   */
  at(revision: Revision): Snapshot | null {
    if (revision < this.base || revision > this.#head) return null
    return new ReplicaSnapshot(this.#graph, revision)
  }

  /**
   * Takes the changes that follow the head, in order.
   * @throws Fault on a gap, a repetition, or a change that does not fit what is there; from then on
   * the replica is not to be trusted
   */
  apply(changes: readonly Change[]): void {
    let events = 0
    for (const change of changes) {
      this.#take(change)
      events += change.created.length + change.deleted.length
    }
    this.#isWithin = changes[changes.length - 1].partial === true
    this.#compactIfDue()
    if (this.#graph.delta.size > this.#deltaMax * LATE) this.#catchUp(events)
  }

  /** Whether there are steps of `compaction` to take. */
  get isCompacting(): boolean {
    return this.#compaction !== null
  }

  /** What is left of the compaction under way, and of one that is due right after it. */
  *compaction(): Steps<void> {
    while (this.#compaction !== null) {
      this.#step(this.#compaction)
      yield null
    }
  }

  get bytes(): number {
    return Object.values(this.memory()).reduce((sum, part) => sum + part, 0)
  }

  memory(): ReplicaMemory {
    const { objects, nodes, uses } = this.#graph.interner
    return {
      objects: objects.bytes,
      nodes: nodes.bytes,
      caveats: uses.bytes,
      base: this.#graph.base.buffer.byteLength,
      delta: this.#graph.delta.bytes,
    }
  }

  #take({ revision, at, created, deleted, partial = false }: Change): void {
    assert(
      revision === this.#head + 1,
      `changes come in order, but ${revision} came after ${this.#head}`,
    )
    for (const relationship of deleted) this.#remove(relationship, revision)
    for (const relationship of created) this.#create(relationship, revision)
    if (!partial) this.#head = revision
    this.#time = Math.max(this.#time, at)
  }

  #create(relationship: Relationship, revision: Revision): void {
    const fits = this.#graph.create(this.#graph.interner.add(relationship), revision)
    assert(fits, `a relationship created at revision ${revision} was not there before`)
  }

  #remove(relationship: Relationship, revision: Revision): void {
    const ends = this.#graph.interner.find(relationship)
    const fits = ends !== null && this.#graph.remove(ends, revision)
    assert(
      fits || (relationship.expiresAt ?? Number.POSITIVE_INFINITY) <= this.#expiredBy,
      `a relationship deleted at revision ${revision} was there before`,
    )
  }

  get #deltaMax(): number {
    return Math.max(this.#options.deltaMin, this.#graph.base.size * DELTA_SHARE)
  }

  /** A base is of a whole revision, so none begins within one. */
  #compactIfDue(): void {
    if (this.#compaction !== null || this.#isWithin) return
    if (!this.#isWasteful && this.#graph.delta.size <= this.#deltaMax) return
    this.#expiredBy = Math.max(this.#expiredBy, this.#time - limits.retentionMs)
    const options = { expiredBy: this.#expiredBy, renumbers: this.#isWasteful }
    this.#compaction = compact(this.#graph, options)
  }

  #catchUp(events: number): void {
    for (let steps = events / EVENTS_PER_STEP; steps > 0 && this.#compaction !== null; steps--) {
      this.#step(this.#compaction)
    }
  }

  /** One that fails is given up: the image stays as it is. */
  #step(compaction: Steps<Compacted>): void {
    this.#compaction = null
    const { done, value } = compaction.next()
    if (!done) {
      this.#compaction = compaction
      return
    }
    this.#graph = value.graph
    const { unusedMin, unusedShare } = this.#options
    const enough = Math.max(unusedMin, value.graph.interner.bytes * unusedShare)
    this.#isWasteful = value.unused > enough
    this.#compactIfDue()
  }
}
