// The resident graph of a store over its lifetime. A replica begins with the relationships of one
// revision, applies every later change in order, and answers as of any revision from its base to
// its head. It has neither a source of changes nor a clock: it drops expired relationships by the
// times in the changes themselves, and divides long work into steps that its caller takes.

import type { Snapshot } from '../evaluator/index.js'
import { assert, type Change, limits, type Relationship, type Revision } from '../terms/index.js'
import { AdjacencyBuilder } from './adjacencyBuilder.js'
import { type Compacted, compact } from './compaction.js'
import { Interner } from './interner.js'
import { LayeredGraph } from './layeredGraph.js'
import { ReplicaSnapshot } from './replicaSnapshot.js'
import { atOnce, type Steps } from './steps.js'

/** Some of a store's relationships at a revision. */
export interface RelationshipBatch {
  readonly revision: Revision
  readonly relationships: readonly Relationship[]
}

/** Thresholds of compaction and renumbering. */
export interface ReplicaOptions {
  /** Events in the delta below which a compaction is not worth its work. */
  readonly deltaMin: number
  /** Unused bytes of the interner below which a renumbering is not worth its work. */
  readonly unusedMin: number
  /**
   * Share of the interner's bytes. When more is unused, the next compaction renumbers all names.
   */
  readonly unusedShare: number
}

/** Options of a bootstrap. */
interface BootstrapOptions extends Partial<ReplicaOptions> {
  /** Approximate number of relationships. */
  readonly expected?: number
  /** Takes the steps of long work. Without it, all steps are taken at once. */
  readonly drive?: <Result>(work: Steps<Result>) => Promise<Result>
  /** Receives the bytes in use after each batch. An error that it throws ends the bootstrap. */
  readonly onBytes?: (bytes: number) => void
}

/** Bytes by part. Spare room in columns counts. */
interface ReplicaMemory {
  readonly objects: number
  readonly nodes: number
  /** An estimate. */
  readonly caveats: number
  readonly base: number
  readonly delta: number
}

/**
 * The share of the base at which the delta is compacted. An event takes some 70 bytes in the delta
 * and an edge 8 in the base, so a greater share would cost memory, and a smaller one work: at an
 * eighth, each event pays for writing sixteen edges of the new base, some 4 µs.
 */
const DELTA_SHARE = 1 / 8
/**
 * The point at which `apply` takes steps of a compaction itself, because its caller is late: when
 * the delta is larger by half than it was allowed to become. It takes one step for every two
 * events. A compaction has at most 22 steps for each 1024 edges, so it is done before the delta is
 * twice as large as when it began.
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
  /** Whether the last revision has been applied in part only. */
  #isPartial = false
  /** The latest time of a change, ms since 1970. */
  #time = Number.NEGATIVE_INFINITY
  /** Relationships that had expired by then may have been dropped. Milliseconds since 1970. */
  #expiredBy = Number.NEGATIVE_INFINITY
  #compaction: Steps<Compacted> | null = null
  /** Whether so many names are unused that the next compaction should renumber all of them. */
  #isWasteful = false

  private constructor(graph: LayeredGraph, options: ReplicaOptions) {
    this.#graph = graph
    this.#head = graph.revision
    this.#options = options
  }

  /** The graph of all batches. There is at least one, and all are of one revision. */
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

  /** The newest revision that the replica can answer at. */
  get head(): Revision {
    return this.#head
  }

  /** The oldest revision that the replica can answer at. Each compaction advances it. */
  get base(): Revision {
    return this.#graph.revision
  }

  /** Relationships at the head. Expired ones that have not been dropped count. */
  get size(): number {
    return this.#graph.size
  }

  /**
   * The graph as of the revision, or null for a revision outside `base` to `head`. A snapshot stays
   * valid for as long as its holder keeps it, and keeps the memory of its graph in use.
   */
  at(revision: Revision): Snapshot | null {
    if (revision < this.base || revision > this.#head) return null
    return new ReplicaSnapshot(this.#graph, revision)
  }

  /**
   * Applies the changes that follow the head, in order.
   * @throws Fault on a gap, a repetition, or a change that contradicts the graph; from then on the
   * replica must not be used
   */
  apply(changes: readonly Change[]): void {
    let events = 0
    for (const change of changes) {
      this.#applyOne(change)
      events += change.created.length + change.deleted.length
    }
    this.#isPartial = changes[changes.length - 1].partial === true
    this.#compactIfDue()
    if (this.#graph.delta.size > this.#deltaMax * LATE) this.#catchUp(events)
  }

  /** Whether a compaction is under way, so that `compaction` has steps to take. */
  get isCompacting(): boolean {
    return this.#compaction !== null
  }

  /** The remaining steps of the compaction under way, and of one that is due right after it. */
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

  #applyOne({ revision, at, created, deleted, partial = false }: Change): void {
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
    const isNew = this.#graph.create(this.#graph.interner.add(relationship), revision)
    assert(isNew, `a relationship created at revision ${revision} was not there before`)
  }

  #remove(relationship: Relationship, revision: Revision): void {
    const ends = this.#graph.interner.find(relationship)
    const existed = ends !== null && this.#graph.remove(ends, revision)
    assert(
      existed || (relationship.expiresAt ?? Number.POSITIVE_INFINITY) <= this.#expiredBy,
      `a relationship deleted at revision ${revision} was there before`,
    )
  }

  get #deltaMax(): number {
    return Math.max(this.#options.deltaMin, this.#graph.base.size * DELTA_SHARE)
  }

  /**
   * Begins a compaction if one is due. A base is of a whole revision, so none begins within one.
   */
  #compactIfDue(): void {
    if (this.#compaction !== null || this.#isPartial) return
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

  /** Takes one step. A compaction that throws is dropped, and the graph stays as it is. */
  #step(compaction: Steps<Compacted>): void {
    this.#compaction = null
    const { done, value } = compaction.next()
    if (!done) {
      this.#compaction = compaction
      return
    }
    this.#graph = value.graph
    const { unusedMin, unusedShare } = this.#options
    const tolerated = Math.max(unusedMin, value.graph.interner.bytes * unusedShare)
    this.#isWasteful = value.unused > tolerated
    this.#compactIfDue()
  }
}
