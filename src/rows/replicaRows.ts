// Rows from databases that follow the one that is written to, so that it has less to do. Such a one may
// be behind, by any time: what it has is as of its own head, and is good where the feed shows that the
// place was not written to since; its head's mark proves that it follows the same history. One that
// fails, or does not answer in time, is left alone for a while, and costs a question no more than that.

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

/** What was read of a database that may be behind. */
export interface ReplicaRead {
  /** One for each want, in their order. */
  readonly rows: readonly RelationshipList[]
  /** That they are as of: the revision asked, or an earlier one. */
  readonly at: Revision
  /** Of that; null when nothing is kept of it. */
  readonly fingerprint: RevisionFingerprint | null
  /** Rows as of a revision before it are not whole. */
  readonly oldest: Revision
}

export interface RowReplica {
  read(fetches: readonly Fetch[], revision: Revision): Promise<ReplicaRead>
  readonly breaker: CircuitBreaker
}

/** A place that was written to after the head it had this long ago is asked for all the same, ms. */
const HEAD_GOOD_MS = 1000

export class ReplicaRows {
  readonly #replicas: readonly FollowingReplica[]
  #turn = 0

  /** @param clock ms */
  constructor(replicas: readonly RowReplica[], clock: () => number = Date.now) {
    this.#replicas = replicas.map(replica => new FollowingReplica(replica, clock))
  }

  /** In the order of the wants; null for what is not known to be as it is there. */
  async find(
    fetches: readonly Fetch[],
    revision: Revision,
    { lastWrites, fingerprints }: Evidence,
  ): Promise<readonly (RelationshipList | null)[]> {
    const rows: (RelationshipList | null)[] = fetches.map(() => null)
    const replica = this.#next()
    const asked = [...fetches.keys()].filter(position =>
      replica?.mayHave(fetches[position], revision, lastWrites),
    )
    if (replica === null || asked.length === 0) return rows
    const found = await replica.read(
      asked.map(position => fetches[position]),
      revision,
      fingerprints,
    )
    for (const [i, position] of asked.entries()) rows[position] = found?.[i] ?? null
    return rows
  }

  /** They take turns. */
  #next(): FollowingReplica | null {
    const usable = this.#replicas.filter(({ isUsable }) => isUsable)
    return usable.length === 0 ? null : usable[this.#turn++ % usable.length]
  }
}

class FollowingReplica {
  readonly #replica: RowReplica
  readonly #clock: () => number
  /** As far as it was known to be, and when; null before the first answer. */
  #seen: { readonly head: Revision; readonly at: number } | null = null

  constructor(replica: RowReplica, clock: () => number) {
    this.#replica = replica
    this.#clock = clock
  }

  get isUsable(): boolean {
    return !this.#replica.breaker.isOpen
  }

  /** Asking for what was just written would only cost time. */
  mayHave(fetch: Fetch, revision: Revision, lastWrites: LastWrites): boolean {
    if (this.#seen === null || this.#clock() - this.#seen.at > HEAD_GOOD_MS) return true
    const { head } = this.#seen
    return lastWrites.same(writeKeyOf(fetch), head < revision ? head : revision, revision)
  }

  /** Null when nothing came of it. */
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
