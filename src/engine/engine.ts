// What the verbs work with, opened once and closed in order: the database, the live graph and
// its feed, the writer, the schemas, and the clock. An engine serves one store; those of several
// stores share one ground: the database, and the collection of what is old in it.

import { Breaker, ReplicaRows, RowCache, type SharedBytes, SharedRows } from '../rows/index.js'
import {
  type Database,
  openStorage,
  readRowSecret,
  readRows,
  type StoredGrant,
  Writer,
} from '../storage/index.js'
import {
  type CheckAnswer,
  type DatastoreId,
  DEFAULT_STORE,
  limits,
  printToken,
  REVISION_NONE,
  Refusal,
  type Revision,
  type StoreId,
} from '../terms/index.js'
import { tellTrouble } from './channels.js'
import { Catalog } from './graph/catalog.js'
import { Heads } from './graph/heads.js'
import { Kept } from './graph/kept.js'
import { type GraphMode, LiveGraph } from './graph/liveGraph.js'
import { Touched } from './graph/touched.js'
import { startCollecting } from './stores/collection.js'
import { Expirations } from './watch/expirations.js'
import { Recent } from './watch/recent.js'

export interface EngineOptions {
  readonly database: Database
  /** Milliseconds since 1970: what expirations are held against. */
  readonly clock?: () => number
  /** Closed versions stay readable for this long, ms. */
  readonly retentionMs?: number
  /** From one collection of old versions to the next, ms. */
  readonly collectMs?: number
  /** The feed looks for changes this often even without a notification, ms. */
  readonly pollMs?: number
  /** Whether the graph of a store is held as a whole. */
  readonly graph?: GraphMode
  /** The same of some stores, by their names. */
  readonly graphByStore?: ReadonlyMap<string, GraphMode>
  /** Room for the graph of a store, bytes, if the mode is `auto`. */
  readonly graphBytesMax?: number
  /** Room for rows of graphs that are looked up, of all stores, bytes. */
  readonly rowBytesMax?: number
  /** Where nodes share rows of graphs that they look up; null for nowhere. */
  readonly shared?: SharedBytes | null
  /** Copies of the database that follow it, to read rows from; any of them may be behind, or away. */
  readonly replicas?: readonly Database[]
}

/** Of single checks and of those in bulk, by what was answered. */
export type CheckCounts = Record<CheckAnswer['kind'] | 'refused', number>

export interface Engine {
  readonly database: Database
  readonly datastore: DatastoreId
  readonly store: StoreId
  readonly clock: () => number
  readonly catalog: Catalog
  readonly live: LiveGraph
  readonly recent: Recent
  readonly touched: Touched
  /** Pages of sheets, and how many people sets hold, for as long as they are so. */
  readonly grants: Kept<readonly StoredGrant[]>
  readonly counts: Kept<number>
  readonly expirations: Expirations
  readonly heads: Heads
  readonly writer: Writer
  /** How often which answer was given. */
  readonly checks: CheckCounts
  /** The opaque token of a revision of this engine's store. */
  readonly printToken: (revision: Revision) => string
  close(): Promise<void>
}

/** A store, and what people call it. */
export interface NamedStore {
  readonly store: StoreId
  readonly name: string
}

export const HOME: NamedStore = { store: DEFAULT_STORE, name: DEFAULT_STORE }

const COLLECT_MS = 180_000
const POLL_MS = 1000
/** Of some 10 kB each. */
const GRANT_PAGES_MAX = 200
const COUNTS_MAX = 5000

/**
 * The default store, alone: migrates the database when needed and reads the whole store, so that it
 * is ready to answer when it resolves. Its end is the database's too.
 */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const ground = await openGround(options)
  const engine = await openStore(ground, HOME, () => {})
  return {
    ...engine,
    async close() {
      await engine.close()
      await ground.close()
    },
  }
}

/** What the engines of all stores stand on. */
export interface Ground {
  readonly database: Database
  readonly datastore: DatastoreId
  readonly clock: () => number
  readonly pollMs: number
  /** By the store's name. */
  readonly graphOf: (name: string) => GraphMode
  readonly graphBytesMax: number
  /** Under the names of a store, as its rows are told from those of others. */
  readonly sharedOf: (store: StoreId) => SharedRows | null
  readonly replicas: readonly { readonly database: Database; readonly breaker: Breaker }[]
  readonly cache: RowCache
  /** Once all engines are closed. */
  close(): Promise<void>
}

export async function openGround(options: EngineOptions): Promise<Ground> {
  const {
    database,
    clock = Date.now,
    pollMs = POLL_MS,
    graph = 'resident',
    graphByStore,
    graphBytesMax = limits.graphBytesMax,
    rowBytesMax = limits.rowCacheBytesMax,
    shared = null,
    replicas = [],
  } = options
  const { retentionMs = limits.retentionMs, collectMs = COLLECT_MS } = options
  const datastore = await openStorage(database)
  const secret = shared && (await readRowSecret(database))
  const stopCollecting = startCollecting({ database, clock, retentionMs, collectMs })
  return {
    database,
    datastore,
    clock,
    pollMs,
    graphOf: name => graphByStore?.get(name) ?? graph,
    graphBytesMax,
    sharedOf: store =>
      shared &&
      secret &&
      new SharedRows(shared, { prefix: `pemba ${datastore} ${store} `, secret }),
    replicas: replicas.map(replica => ({
      database: replica,
      breaker: new Breaker({
        onTrouble: error => tellTrouble('replica', error),
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
 * An engine of the store.
 * @param onDeleted called once the store is deleted, wherever; the engine then refuses everything
 * @throws Refusal `store-not-found`
 */
export async function openStore(
  ground: Ground,
  named: NamedStore,
  onDeleted: () => void,
): Promise<Engine> {
  const { database, datastore, clock } = ground
  const { store } = named
  const { catalog, live, recent, touched } = await openGraph(ground, named, onDeleted)
  const writer = new Writer({ database, store, clock, onCommit: () => live.nudge() })
  return {
    database,
    datastore,
    store,
    clock,
    catalog,
    live,
    recent,
    touched,
    grants: new Kept(touched, GRANT_PAGES_MAX),
    counts: new Kept(touched, COUNTS_MAX),
    expirations: new Expirations(database, store),
    heads: new Heads(database, store),
    writer,
    checks: { yes: 0, no: 0, conditional: 0, refused: 0 },
    printToken: tokenPrinter(datastore, store),
    async close() {
      endWatches(recent)
      await writer.close()
      await live.close()
    },
  }
}

/** The graph and the schemas as of one revision, and then kept current by the feed. */
async function openGraph(ground: Ground, { store, name }: NamedStore, onDeleted: () => void) {
  const { database, clock, pollMs, graphBytesMax: bytesMax, cache } = ground
  const shared = ground.sharedOf(store)
  const replicas = toReplicaRows(ground, store)
  const live = await LiveGraph.open({
    database,
    store,
    name,
    clock,
    pollMs,
    mode: ground.graphOf(name),
    bytesMax,
    shared,
    replicas,
    cache,
  })
  const catalog = await Catalog.open(database, store, live.graph.base)
  const recent = new Recent(live.graph.head)
  const touched = new Touched(live.graph.head)
  live.start({
    onChanges: changes => {
      for (const { schemaChanged, revision } of changes) if (schemaChanged) catalog.learn(revision)
      recent.take(changes)
      touched.take(changes)
    },
    async onRebuilt(head) {
      await catalog.refresh()
      recent.restart(head)
      touched.restart(head)
    },
    onDeleted(refusal) {
      recent.end(refusal)
      onDeleted()
    },
  })
  return { catalog, live, recent, touched }
}

function toReplicaRows({ replicas }: Ground, store: StoreId): ReplicaRows | null {
  if (replicas.length === 0) return null
  return new ReplicaRows(
    replicas.map(({ database, breaker }) => ({
      read: (wants, at) => readRows(database, { store, at, wants }),
      breaker,
    })),
  )
}

/** Watches never end by themselves; those who watch may go on at another node. */
const endWatches = (recent: Recent): void =>
  recent.end(new Refusal('shutting-down', 'the service is shutting down, try again'))

/** Answers in a row share a revision, so the last token is kept: it costs as much as a check. */
function tokenPrinter(datastore: DatastoreId, store: StoreId): (revision: Revision) => string {
  let last = REVISION_NONE
  let text = printToken({ datastore, store, revision: last })
  return revision => {
    if (revision !== last) text = printToken({ datastore, store, revision })
    last = revision
    return text
  }
}

export const token = (engine: Engine, revision: Revision): string => engine.printToken(revision)
