// The resources that the engines of all stores on a node share: the database and its directory of
// stores, the collection of old versions, the cache of rows, and the replicas of the database.

import {
  CircuitBreaker,
  ReplicaRows,
  RowCache,
  type SharedBytes,
  SharedRows,
} from '../../rows/index.js'
import { DEFAULT_STORE, limits, type StoreId } from '../../terms/index.js'
import { publishWarning } from '../channels.js'
import { type Engine, openEngine } from '../engine.js'
import type { GraphMode } from '../graph/begin.js'
import { GraphMemory } from '../graph/memory.js'
import { Slices } from '../graph/slices.js'
import {
  type Database,
  type Directory,
  openDirectory,
  replicaReads,
} from '../graph/storageDirectory.js'
import { Writer } from '../writer.js'
import { startCollecting } from './collection.js'

export interface ResourceOptions {
  readonly database: Database
  /** The current time in ms since 1970, which expirations are compared with. */
  readonly clock?: () => number
  /** The time for which closed versions stay readable, ms. */
  readonly retentionMs?: number
  /** The time between two collections of old versions, ms. */
  readonly collectMs?: number
  /**
   * The longest time between two looks of the feed for changes, even without a notification, ms.
   */
  readonly pollMs?: number
  /** The mode of the stores' graphs. */
  readonly graph?: GraphMode
  /** The modes of certain stores, by name. */
  readonly graphByStore?: ReadonlyMap<string, GraphMode>
  /** The room for the graph of a store whose mode is `auto`, bytes. */
  readonly graphBytesMax?: number
  /** The room for all resident graphs of the node, bytes; without it there is no bound. */
  readonly memoryBytesMax?: number
  /** The room for rows of graphs on demand, of all stores together, bytes. */
  readonly rowBytesMax?: number
  /**
   * The number of relationships that a new store may have, unless its creation states one; null for
   * no quota.
   */
  readonly storeQuota?: number | null
  /** The place where nodes share rows of graphs on demand; null for none. */
  readonly shared?: SharedBytes | null
  /** Replicas of the database to read rows from; any of them may be behind or unavailable. */
  readonly replicas?: readonly Database[]
}

/** A store and its name. */
interface NamedStore {
  readonly store: StoreId
  readonly name: string
}

export const HOME: NamedStore = { store: DEFAULT_STORE, name: DEFAULT_STORE }

export interface SharedResources {
  readonly database: Database
  readonly directory: Directory
  readonly clock: () => number
  readonly pollMs: number
  /** Returns the mode of a store, by its name. */
  readonly graphOf: (name: string) => GraphMode
  /** Whether a store is configured as resident by name. */
  readonly isPinned: (name: string) => boolean
  readonly graphBytesMax: number
  readonly memory: GraphMemory
  readonly slices: Slices
  readonly storeQuota: number | null
  /** Returns the rows of a store that nodes share, under keys of that store only; null for none. */
  readonly sharedOf: (store: StoreId) => SharedRows | null
  readonly replicas: readonly { readonly database: Database; readonly breaker: CircuitBreaker }[]
  readonly cache: RowCache
  /** Closes the resources; to be called once all engines are closed. */
  close(): Promise<void>
}

const COLLECT_MS = 180_000
const POLL_MS = 1000

/** Opens the resources. Migrates the database if needed. */
export async function openSharedResources(options: ResourceOptions): Promise<SharedResources> {
  const {
    database,
    clock = Date.now,
    pollMs = POLL_MS,
    graph = 'resident',
    graphByStore,
    graphBytesMax = limits.graphBytesMax,
    memoryBytesMax = Number.POSITIVE_INFINITY,
    rowBytesMax = limits.rowCacheBytesMax,
    storeQuota = limits.storeQuota,
    shared = null,
    replicas = [],
  } = options
  const { retentionMs = limits.retentionMs, collectMs = COLLECT_MS } = options
  const directory = await openDirectory(database)
  const secret = shared && (await directory.rowSecret())
  const stopCollecting = startCollecting({ directory, clock, retentionMs, collectMs })
  return {
    database,
    directory,
    clock,
    pollMs,
    graphOf: name => graphByStore?.get(name) ?? graph,
    isPinned: name => graphByStore?.get(name) === 'resident',
    graphBytesMax,
    memory: new GraphMemory(memoryBytesMax),
    slices: new Slices(),
    storeQuota,
    sharedOf: store =>
      shared &&
      secret &&
      new SharedRows(shared, { prefix: `pemba ${directory.datastore} ${store} `, secret }),
    replicas: replicas.map(replica => ({
      database: replica,
      breaker: new CircuitBreaker({
        onTrouble: error => publishWarning('replica', error),
        slowMs: () => limits.replicaSlowMs,
      }),
    })),
    cache: new RowCache(rowBytesMax),
    async close() {
      stopCollecting()
      await Promise.all([database, ...replicas].map(each => each.close()))
    },
  }
}

/**
 * Opens an engine of the store.
 * @param onDeleted called once the store is deleted, on this node or another one; the engine then
 * refuses everything
 * @throws Refusal `store-not-found`
 */
export function openStore(
  resources: SharedResources,
  { store, name }: NamedStore,
  onDeleted: () => void,
): Promise<Engine> {
  const { database, directory, clock, pollMs, graphBytesMax, cache } = resources
  const { datastore } = directory
  return openEngine({
    datastore,
    store,
    name,
    clock,
    source: directory.source(store, pollMs),
    records: directory.records(store),
    openWriter: onCommit => new Writer({ database, store, clock, onCommit }),
    mode: resources.graphOf(name),
    isPinned: resources.isPinned(name),
    graphBytesMax,
    memory: resources.memory,
    slices: resources.slices,
    shared: resources.sharedOf(store),
    replicas: toReplicaRows(resources, store),
    cache,
    onDeleted,
  })
}

function toReplicaRows({ replicas }: SharedResources, store: StoreId): ReplicaRows | null {
  if (replicas.length === 0) return null
  return new ReplicaRows(
    replicas.map(({ database, breaker }) => ({ read: replicaReads(database, store), breaker })),
  )
}
