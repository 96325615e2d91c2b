// The resident graph of a store as a thing with a life: it begins as the store stood at one
// revision, takes every later change in order, and answers as of any revision from its base to its
// head. It knows neither where changes come from nor what time it is: expired relationships are let
// go by the times that the changes themselves carry.

import type { Snapshot } from '../evaluator/index.js'
import { assert, type Change, limits, type Relationship, type Revision } from '../terms/index.js'
import { AdjacencyBuilder } from './adjacencyBuilder.js'
import { fold } from './fold.js'
import { Image } from './image.js'
import { ImageSnapshot } from './imageSnapshot.js'
import { Interner } from './interner.js'

/** Some of a store at a revision. */
export interface Batch {
  readonly revision: Revision
  readonly relationships: readonly Relationship[]
}

export interface ReplicaOptions {
  /** Versions in the delta below which folding is not worth its pause. */
  readonly deltaMin: number
}

/** Bytes by part; columns count with the room that they have to spare. */
export interface ReplicaMemory {
  readonly objects: number
  readonly nodes: number
  /** An estimate. */
  readonly caveats: number
  readonly base: number
  readonly delta: number
}

/**
 * The delta is folded when it outgrows this share of the base. What began or ended weighs some 70
 * bytes there and 8 in the base, so a greater share would cost memory; a smaller one, more folding:
 * at an eighth, each pays for sixteen edges of it, some 4 µs.
 */
const DELTA_SHARE = 1 / 8
const DEFAULTS: ReplicaOptions = { deltaMin: 65_536 }

export class Replica {
  readonly #interner: Interner
  readonly #options: ReplicaOptions
  #image: Image
  #head: Revision
  /** The latest time of a change, ms since 1970. */
  #time = Number.NEGATIVE_INFINITY
  /** Relationships that had expired by then may have been let go. */
  #expiredBy = Number.NEGATIVE_INFINITY

  private constructor(image: Image, options: ReplicaOptions) {
    this.#interner = image.interner
    this.#image = image
    this.#head = image.revision
    this.#options = options
  }

  /** The graph of all batches, which are of one revision; there is at least one. */
  static async bootstrap(
    batches: AsyncIterable<Batch>,
    options: Partial<ReplicaOptions> = {},
  ): Promise<Replica> {
    const interner = new Interner()
    const builder = new AdjacencyBuilder()
    let revision: Revision | null = null
    for await (const batch of batches) {
      assert(
        revision === null || revision === batch.revision,
        `batches are of one revision, but ${batch.revision} came after ${revision}`,
      )
      revision = batch.revision
      for (const relationship of batch.relationships) builder.add(interner.add(relationship))
    }
    assert(revision !== null, 'a replica begins with at least one batch')
    const image = new Image(interner, builder.finish(interner.nodes.size), revision)
    return new Replica(image, { ...DEFAULTS, ...options })
  }

  /** The newest revision that it can answer. */
  get head(): Revision {
    return this.#head
  }

  /** The oldest one; it moves on when the delta is folded. */
  get base(): Revision {
    return this.#image.revision
  }

  /** Relationships at the head, those that have expired and are still kept included. */
  get size(): number {
    return this.#image.size
  }

  /**
   * The graph as of the revision; null unless it is from `base` to `head`. It stays right however
   * long it is kept, though the memory of its image stays with it.
   */
  at(revision: Revision): Snapshot | null {
    if (revision < this.base || revision > this.#head) return null
    return new ImageSnapshot(this.#image, revision)
  }

  /**
   * Takes the changes that follow the head, in order.
   * @throws Fault on a gap, a repetition, or a change that does not fit what is there; from then on
   * the replica is not to be trusted
   */
  apply(changes: readonly Change[]): void {
    for (const change of changes) this.#take(change)
    // A base is of a whole revision.
    if (changes[changes.length - 1].goesOn === true) return
    const { delta, base } = this.#image
    if (delta.size > Math.max(this.#options.deltaMin, base.size * DELTA_SHARE)) this.#fold()
  }

  get bytes(): number {
    return Object.values(this.memory()).reduce((sum, part) => sum + part, 0)
  }

  memory(): ReplicaMemory {
    const { objects, nodes, uses } = this.#interner
    return {
      objects: objects.bytes,
      nodes: nodes.bytes,
      caveats: uses.bytes,
      base: this.#image.base.buffer.byteLength,
      delta: this.#image.delta.bytes,
    }
  }

  #take({ revision, at, created, deleted, goesOn = false }: Change): void {
    assert(
      revision === this.#head + 1,
      `changes come in order, but ${revision} came after ${this.#head}`,
    )
    for (const relationship of deleted) this.#remove(relationship, revision)
    for (const relationship of created) this.#create(relationship, revision)
    if (!goesOn) this.#head = revision
    this.#time = Math.max(this.#time, at)
  }

  #create(relationship: Relationship, revision: Revision): void {
    const fits = this.#image.create(this.#interner.add(relationship), revision)
    assert(fits, `a relationship created at revision ${revision} was not there before`)
  }

  #remove(relationship: Relationship, revision: Revision): void {
    const edge = this.#interner.add(relationship)
    const fits = this.#image.remove(edge, revision)
    assert(
      fits || edge.expiresAt <= this.#expiredBy,
      `a relationship deleted at revision ${revision} was there before`,
    )
  }

  #fold(): void {
    this.#expiredBy = this.#time - limits.retentionMs
    this.#image = fold(this.#image, this.#expiredBy)
  }
}
