// Rows from replicas of the database, which take load off the primary. A replica may be behind by
// any time. Its rows are as of its own head; they are valid where the change feed shows no later
// write to their userset or subject. The fingerprint of its head proves that it follows the same
// history. A replica that fails, or does not answer in time, is not asked for a while.

import {
  type Fetch,
  limits,
  type RelationshipList,
  type Revision,
  type RevisionFingerprint,
  writeKeyOf,
} from '../terms/index.js'
import type { CircuitBreaker } from './circuitBreaker.js'
import type { Evidence } from './evidence.js'
import { inTime } from './inTime.js'
import type { KnownFingerprints } from './knownFingerprints.js'
import type { LastWrites } from './lastWrites.js'

/** Rows that were read from a database that may be behind. */
export interface ReplicaRead {
  /** One row for each fetch, in their order. */
  readonly rows: readonly RelationshipList[]
  /** The revision of the rows: the one asked for, or an earlier one. */
  readonly at: Revision
  /** The fingerprint of that revision. Null if the database no longer retains it. */
  readonly fingerprint: RevisionFingerprint | null
  /** The oldest retained revision. Rows as of an earlier one may be incomplete. */
  readonly oldest: Revision
}

export interface RowReplica {
  read(fetches: readonly Fetch[], revision: Revision): Promise<ReplicaRead>
  readonly breaker: CircuitBreaker
}

/**
 * The time for which the last seen head of a replica counts as current, ms. After it the replica is
 * asked even for rows that were written to after that head.
 */
const HEAD_GOOD_MS = 1000

export class ReplicaRows {
  readonly #replicas: readonly FollowingReplica[]
  #turn = 0

  /** @param clock ms */
  constructor(replicas: readonly RowReplica[], clock: () => number = Date.now) {
    this.#replicas = replicas.map(replica => new FollowingReplica(replica, clock))
  }

  /**
   * Returns the rows in the order of the fetches. Null stands for a row that no replica could
   * supply.
   */
  async find(
    fetches: readonly Fetch[],
    revision: Revision,
    { lastWrites, fingerprints }: Evidence,
  ): Promise<readonly (RelationshipList | null)[]> {
    const rows: (RelationshipList | null)[] = fetches.map(() => null)
    const replica = this.#next()
    const fetchable = [...fetches.keys()].filter(index =>
      replica?.mayHave(fetches[index], revision, lastWrites),
    )
    if (replica === null || fetchable.length === 0) return rows
    const found = await replica.read(
      fetchable.map(index => fetches[index]),
      revision,
      fingerprints,
    )
    for (const [i, index] of fetchable.entries()) rows[index] = found?.[i] ?? null
    return rows
  }

  /** Returns the next usable replica. Replicas take turns. */
  #next(): FollowingReplica | null {
    const usable = this.#replicas.filter(({ isUsable }) => isUsable)
    return usable.length === 0 ? null : usable[this.#turn++ % usable.length]
  }
}

/** One replica and what is known of its head. */
class FollowingReplica {
  readonly #replica: RowReplica
  readonly #clock: () => number
  /** The replica's head at its last answer, and when that was. Null before the first answer. */
  #seen: { readonly head: Revision; readonly at: number } | null = null

  constructor(replica: RowReplica, clock: () => number) {
    this.#replica = replica
    this.#clock = clock
  }

  get isUsable(): boolean {
    return !this.#replica.breaker.isOpen
  }

  /**
   * Whether the replica can have a valid row. Asking for one that was just written to would only
   * cost time.
   */
  mayHave(fetch: Fetch, revision: Revision, lastWrites: LastWrites): boolean {
    if (this.#seen === null || this.#clock() - this.#seen.at > HEAD_GOOD_MS) return true
    const { head } = this.#seen
    return lastWrites.same(writeKeyOf(fetch), head < revision ? head : revision, revision)
  }

  /**
   * Reads the rows. Returns null if that failed, or if they are not of the history that this node
   * follows.
   */
  async read(
    fetches: readonly Fetch[],
    revision: Revision,
    fingerprints: KnownFingerprints,
  ): Promise<readonly RelationshipList[] | null> {
    const { breaker } = this.#replica
    const read = await breaker.pass(
      () => inTime(this.#replica.read(fetches, revision), limits.replicaWaitMs, 'a replica'),
      null,
    )
    if (read === null) return null
    const { rows, at, fingerprint, oldest } = read
    this.#seen = { head: at, at: this.#clock() }
    return at >= oldest && fingerprint !== null && fingerprints.has(at, fingerprint) ? rows : null
  }
}
