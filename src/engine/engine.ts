// What the verbs work with, opened once and closed in order: the database, the resident graph and
// its feed, the writer, the schemas, and the clock. An engine serves one store.

import { collect, type Database, openStorage, Writer } from '../storage/index.js'
import {
  type DatastoreId,
  DEFAULT_STORE,
  limits,
  printToken,
  REVISION_NONE,
  type Revision,
  type StoreId,
} from '../terms/index.js'
import { Catalog } from './catalog.js'
import { tellTrouble } from './channels.js'
import { Heads } from './heads.js'
import { Pasts } from './past.js'
import { Resident } from './resident.js'

export interface EngineOptions {
  readonly database: Database
  readonly store?: StoreId
  /** Milliseconds since 1970: what expirations are held against. */
  readonly clock?: () => number
  /** Closed versions stay readable for this long, ms. */
  readonly retentionMs?: number
  /** Old versions are collected this often, ms. */
  readonly collectMs?: number
  /** The feed looks for changes this often even without a notification, ms. */
  readonly pollMs?: number
}

export interface Engine {
  readonly database: Database
  readonly datastore: DatastoreId
  readonly store: StoreId
  readonly clock: () => number
  readonly catalog: Catalog
  readonly resident: Resident
  readonly heads: Heads
  readonly pasts: Pasts
  readonly writer: Writer
  /** The opaque token of a revision of this engine's store. */
  readonly printToken: (revision: Revision) => string
  close(): Promise<void>
}

const COLLECT_MS = 180_000
const POLL_MS = 1000

/** Migrates the database when needed and reads the whole store: ready to answer when it resolves. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { database, store = DEFAULT_STORE, clock = Date.now } = options
  const datastore = await openStorage(database)
  const { catalog, resident } = await openGraph(options, store)
  const writer = new Writer({ database, store, clock, onCommit: () => resident.nudge() })
  const stopCollecting = startCollecting(options, store, clock)
  return {
    database,
    datastore,
    store,
    clock,
    catalog,
    resident,
    heads: new Heads(database, store),
    pasts: new Pasts(database, store),
    writer,
    printToken: tokenPrinter(datastore, store),
    async close() {
      stopCollecting()
      await writer.close()
      await resident.close()
      await database.close()
    },
  }
}

/** The graph and the schemas as of one revision, and then kept current by the feed. */
async function openGraph(options: EngineOptions, store: StoreId) {
  const { database, pollMs = POLL_MS } = options
  const resident = await Resident.open({ database, store, pollMs })
  const catalog = await Catalog.open(database, store, resident.replica.base)
  resident.start({
    onChanges: changes => {
      for (const change of changes) if (change.schemaChanged) catalog.learn(change.revision)
    },
    onRebuilt: () => catalog.refresh(),
  })
  return { catalog, resident }
}

function startCollecting(options: EngineOptions, store: StoreId, clock: () => number): () => void {
  const { database, retentionMs = limits.retentionMs, collectMs = COLLECT_MS } = options
  const timer = setInterval(() => {
    collect(database, { store, retentionMs, now: clock() }).catch((error: Error) =>
      tellTrouble('collection', error),
    )
  }, collectMs)
  timer.unref()
  return () => clearInterval(timer)
}

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
