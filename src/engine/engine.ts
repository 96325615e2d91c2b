// An engine: what operations need to read and write one store. It opens the graph on a source,
// keeps the schemas and the recent changes current, and closes everything in order. It does not
// know whether the source is a database, another node, or an array.

import {
  type CheckAnswer,
  type DatastoreId,
  printToken,
  REVISION_NONE,
  Refusal,
  type Revision,
  type StoreId,
} from '../terms/index.js'
import type { LiveGraphOptions } from './graph/begin.js'
import { Catalog, type Drive } from './graph/catalog.js'
import type { GraphSource } from './graph/graphSource.js'
import { HeadReader } from './graph/headReader.js'
import { LiveGraph } from './graph/liveGraph.js'
import { ResourceWrites } from './graph/resourceWrites.js'
import { RevalidatedCache } from './graph/revalidatedCache.js'
import type { Slices } from './graph/slices.js'
import type { Records, StoredGrant } from './graph/storageRecords.js'
import { ChangeBuffer } from './watch/changeBuffer.js'
import { Expirations } from './watch/expirations.js'
import { refuseWithoutDatastore, refusingQueue, type WriteQueue } from './writer.js'

/** The number of checks, single and in bulk, by answer. */
export type CheckCounts = Record<CheckAnswer['kind'] | 'refused', number>

export interface Engine {
  readonly datastore: DatastoreId
  readonly store: StoreId
  readonly clock: () => number
  readonly source: GraphSource
  /**
   * The records in the database.
   * @throws Refusal `storage-unavailable` on a node without a datastore
   */
  readonly records: Records
  readonly catalog: Catalog
  /** The runner of long work, which takes turns. */
  readonly slices: Slices
  readonly live: LiveGraph
  readonly recentChanges: ChangeBuffer
  readonly resourceWrites: ResourceWrites
  /** Pages of grants, cached until one of their resources is written to. */
  readonly grants: RevalidatedCache<readonly StoredGrant[]>
  /** Numbers of people in sets, cached until one of their resources is written to. */
  readonly counts: RevalidatedCache<number>
  readonly expirations: Expirations
  readonly headReader: HeadReader
  readonly writer: WriteQueue
  readonly checks: CheckCounts
  /** Prints the opaque token of a revision of this store. */
  readonly printToken: (revision: Revision) => string
  close(): Promise<void>
}

/** The parts of an engine: those of its graph, and its surroundings. */
export interface EngineParts extends LiveGraphOptions {
  readonly datastore: DatastoreId
  /** The records in the database; null if there is no datastore behind the source. */
  readonly records: Records | null
  /** Opens the writer; null if nothing can be written. `onCommit` is called after each commit. */
  readonly openWriter: ((onCommit: () => void) => WriteQueue) | null
  /**
   * Called once the store is deleted, on this node or another one; the engine then refuses
   * everything.
   */
  readonly onDeleted: () => void
}

/** The number of cached pages of grants, of some 10 kB each. */
const GRANT_PAGES_MAX = 200
const COUNTS_MAX = 5000

/** Opens an engine. @throws Refusal `store-not-found` */
export async function openEngine(parts: EngineParts): Promise<Engine> {
  const { datastore, store, clock, source, slices, records, openWriter } = parts
  const { catalog, live, recent: recentChanges, touched: resourceWrites } = await openGraph(parts)
  const writer = openWriter === null ? refusingQueue : openWriter(() => live.nudge())
  return {
    datastore,
    store,
    clock,
    source,
    get records() {
      return records ?? refuseWithoutDatastore()
    },
    catalog,
    slices,
    live,
    recentChanges,
    resourceWrites,
    grants: new RevalidatedCache(resourceWrites, GRANT_PAGES_MAX),
    counts: new RevalidatedCache(resourceWrites, COUNTS_MAX),
    expirations: new Expirations(ask => (records ?? refuseWithoutDatastore()).expired(ask)),
    headReader: new HeadReader(source),
    writer,
    checks: { yes: 0, no: 0, conditional: 0, refused: 0 },
    printToken: tokenPrinter(datastore, store),
    async close() {
      endWatches(recentChanges)
      await writer.close()
      await live.close()
    },
  }
}

/** Opens the graph and the schemas as of one revision, which the source then keeps current. */
async function openGraph(parts: EngineParts) {
  const { source, slices, store, onDeleted } = parts
  const live = await LiveGraph.open(parts)
  const drive: Drive = work => slices.run(store, work)
  const catalog = await Catalog.open({ source, drive }, live.graph.base).catch(
    async (error: unknown) => {
      await live.close()
      throw error
    },
  )
  const recentChanges = new ChangeBuffer(live.graph.head)
  const resourceWrites = new ResourceWrites(live.graph.head)
  live.start({
    onChanges: changes => {
      for (const { schemaChanged, revision } of changes) if (schemaChanged) catalog.learn(revision)
      recentChanges.take(changes)
      resourceWrites.take(changes)
    },
    async onRebuilt(head) {
      await catalog.refresh()
      recentChanges.restart(head)
      resourceWrites.restart(head)
    },
    onDeleted(refusal) {
      recentChanges.end(refusal)
      onDeleted()
    },
  })
  return { catalog, live, recent: recentChanges, touched: resourceWrites }
}

/** Ends all watches, which never end by themselves. Their clients may continue at another node. */
const endWatches = (recentChanges: ChangeBuffer): void =>
  recentChanges.end(new Refusal('shutting-down', 'the service is shutting down, try again'))

/**
 * Returns a token printer that keeps the last token: consecutive answers share a revision, and
 * printing costs as much as a check.
 */
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
