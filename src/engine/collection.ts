// Collection at intervals, of all stores one after the other, open here or not: old versions, and
// what is left of deleted stores. Several nodes may do so at once; each step is short.

import { collect, type Database, readStoreIds, removeDeleted } from '../storage/index.js'
import { limits, Refusal, type StoreId } from '../terms/index.js'
import { tellTrouble } from './channels.js'

export interface CollectionOptions {
  readonly database: Database
  readonly clock: () => number
  /** Closed versions stay readable for this long, ms. */
  readonly retentionMs: number
  /** From the end of one round to the beginning of the next, ms. */
  readonly collectMs: number
}

/** Begins; the first round is one interval from now. Gives what stops it. */
export function startCollecting(options: CollectionOptions): () => void {
  const { collectMs } = options
  const stopping = new AbortController()
  const round = async (): Promise<void> => {
    await collectAll(options, stopping.signal).catch((error: Error) => {
      if (!stopping.signal.aborted) tellTrouble('collection', error)
    })
    if (!stopping.signal.aborted) timer = setTimeout(round, collectMs).unref()
  }
  let timer = setTimeout(round, collectMs).unref()
  return () => {
    stopping.abort()
    clearTimeout(timer)
  }
}

async function collectAll(options: CollectionOptions, signal: AbortSignal): Promise<void> {
  for (const store of await readStoreIds(options.database)) {
    if (signal.aborted) return
    await collectStore(options, store)
  }
  await removeDeleted(options.database, limits.storeGraceMs)
}

async function collectStore(
  { database, clock, retentionMs }: CollectionOptions,
  store: StoreId,
): Promise<void> {
  try {
    await collect(database, { store, retentionMs, now: clock() })
  } catch (error) {
    if (!(error instanceof Refusal && error.code === 'store-not-found')) throw error
  }
}
