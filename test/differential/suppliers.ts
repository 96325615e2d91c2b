// The ways in which a node may hold a graph, for suites whose answers must not depend on it:
// resident, or on demand with different caches. The database is a history of worlds here.

import { createSecretKey } from 'node:crypto'
import type { View } from '../../src/engine/graph/view.js'
import type { Snapshot } from '../../src/evaluator/index.js'
import type { Replica } from '../../src/replica/index.js'
import {
  CircuitBreaker,
  OnDemand,
  ReplicaRows,
  RowCache,
  type SharedBytes,
  SharedRows,
  WorkingSet,
} from '../../src/rows/index.js'
import type { RowReplica } from '../../src/rows/replicaRows.js'
import {
  assert,
  type Change,
  type Fetch,
  type Revision,
  type RevisionFingerprint,
  toFingerprint,
  toRevision,
} from '../../src/terms/index.js'
import { type Dice, pick, toDice } from '../dice.js'
import { BASE, replicaOf, snapshotOf } from '../replica/supplier.js'
import { rowOf } from '../rows/memory.js'
import { type History, worldAt } from './histories.js'

/** A node, or several nodes, of which any may be asked. */
export interface Supply {
  apply(change: Change): void
  /** The view for one question, at any revision up to the last applied one. */
  view(revision: Revision): View
}

export type Supplier = (history: History) => Promise<Supply>

const SECRET = createSecretKey(Buffer.alloc(32, 1))
/** The approximate size of a row of the small worlds in a cache, bytes. */
const ROW_BYTES = 700

export const SUPPLIERS = {
  resident,
  'on demand, nothing kept': (history: History) => onDemand(history, { bytesMax: 1 }),
  'on demand, 100 rows kept': (history: History) =>
    onDemand(history, { bytesMax: 100 * ROW_BYTES }),
  'on demand, 4 rows kept': (history: History) => onDemand(history, { bytesMax: 4 * ROW_BYTES }),
  'on demand, rows shared and lost': twoOnDemand,
  'on demand, beside replicas': besideReplicas,
} as const

async function resident(history: History): Promise<Supply> {
  const replica: Replica = await replicaOf(history.worlds[0], { deltaMin: 4 })
  return {
    apply: change => replica.apply([change]),
    view: revision =>
      // Revisions that the graph has merged are read from the database.
      toView(history, replica.at(revision) ?? snapshotOf(worldAt(history, revision))),
  }
}

interface Keeping {
  readonly bytesMax: number
  readonly shared?: SharedRows
  readonly replicas?: ReplicaRows
}

async function onDemand(history: History, { bytesMax, ...others }: Keeping): Promise<Supply> {
  // The number of subjects above which a userset counts as large.
  const prefix = pick(toDice(history.seed), [1, 2, 64])
  const graph = new OnDemand(toRevision(BASE), {
    source: async (fetches, revision) =>
      fetches.map(fetch => rowOf(worldAt(history, revision), fetch, { prefix, revision })),
    ...others,
    fingerprint: markAt(history, toRevision(BASE)),
    cache: new RowCache(bytesMax),
  })
  const dice = toDice(history.seed + 1)
  const bounds = {
    stretchRows: prefix,
    roomBytes: pick(dice, [0, 2000, 1e9]),
    isHasty: dice(2) === 0,
  }
  return {
    apply: change => graph.apply([change]),
    view: revision => toView(history, graph.past(revision).passing(bounds)),
  }
}

/** The second node is behind: it is asked about the past only, and reads changes when it must. */
async function twoOnDemand(history: History): Promise<Supply> {
  const dice = toDice(history.seed)
  const shared = new SharedRows(forgetful(dice), { prefix: 'test ', secret: SECRET })
  const [prompt, slow] = await Promise.all(
    [1, 2].map(() => onDemand(history, { bytesMax: 4 * ROW_BYTES, shared })),
  )
  const untold: Change[] = []
  let head = toRevision(BASE)
  return {
    apply(change) {
      prompt.apply(change)
      untold.push(change)
      head = change.revision
    },
    view(revision) {
      if (revision === head || dice(2) === 0) return prompt.view(revision)
      while (untold.length > 0 && untold[0].revision <= revision) slow.apply(untold.shift()!)
      return slow.view(revision)
    },
  }
}

function besideReplicas(history: History): Promise<Supply> {
  const dice = toDice(history.seed)
  const replicas = new ReplicaRows(
    [1, 2].map(() => slowReplica(history, dice)),
    ticking(),
  )
  return onDemand(history, { bytesMax: 4 * ROW_BYTES, replicas })
}

/**
 * A replica that is behind, at times unavailable, without some of its past, or of another history.
 */
function slowReplica(history: History, dice: Dice): RowReplica {
  const prefix = pick(toDice(history.seed), [1, 2, 64])
  const read = (fetches: readonly Fetch[], at: Revision, shown: Revision) => ({
    rows: fetches.map(fetch => rowOf(worldAt(history, shown), fetch, { prefix, revision: at })),
    at,
    fingerprint: markAt(history, at),
    oldest: toRevision(BASE),
  })
  return {
    breaker: new CircuitBreaker({ onTrouble: () => {}, clock: ticking() }),
    async read(fetches, revision) {
      const at = toRevision(BASE + dice(revision - BASE + 1))
      const other = toRevision(BASE + dice(revision - BASE + 1))
      switch (dice(8)) {
        case 0:
          throw new Error('away')
        case 1:
          return { ...read(fetches, at, other), oldest: toRevision(at + 1) }
        case 2:
          return {
            ...read(fetches, at, other),
            fingerprint: toFingerprint(0, 'of another history'),
          }
        default:
          return read(fetches, at, at)
      }
    },
  }
}

/** A clock that advances with every reading, ms. */
function ticking(): () => number {
  let now = 0
  return () => {
    now += 50
    return now
  }
}

function markAt({ changes }: History, revision: Revision): RevisionFingerprint {
  if (revision === BASE) return toFingerprint(0, 'base')
  const change = changes[revision - BASE - 1]
  assert(change?.revision === revision, 'nobody asks for what is not there yet')
  return toFingerprint(change.at, change.note.requestId)
}

/** A cache that loses everything at random moments, between two questions or within one. */
function forgetful(dice: Dice): SharedBytes {
  const held = new Map<string, Buffer>()
  return {
    async get(names) {
      if (dice(60) === 0) held.clear()
      return names.map(name => held.get(name) ?? null)
    },
    put(entries) {
      if (dice(60) === 0) held.clear()
      for (const [name, bytes] of entries) held.set(name, bytes)
    },
    elsewhere() {},
  }
}

const toView = ({ schema }: History, snapshot: Snapshot): View => ({
  snapshot,
  schema,
  revision: snapshot.revision,
  workingSet: snapshot instanceof WorkingSet ? snapshot : null,
})
