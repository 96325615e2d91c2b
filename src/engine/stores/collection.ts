// Collection at intervals: old versions, and the remains of deleted stores. It goes through all
// stores, whether they are open on this node or not. Several nodes may collect at once, because
// each step is short.

import { limits, Refusal } from '../../terms/index.js'
import { publishWarning } from '../channels.js'
import type { Directory } from '../graph/storageDirectory.js'

interface CollectionOptions {
  readonly directory: Directory
  readonly clock: () => number
  /** The time for which closed versions stay readable, ms. */
  readonly retentionMs: number
  /** The time from the end of one round to the beginning of the next, ms. */
  readonly collectMs: number
}

/** Starts collecting; the first round begins after one interval. @returns what stops it */
export function startCollecting(options: CollectionOptions): () => void {
  const { collectMs } = options
  const stopping = new AbortController()
  const round = async (): Promise<void> => {
    await collectAll(options, stopping.signal)
    if (!stopping.signal.aborted) timer = setTimeout(round, collectMs).unref()
  }
  let timer = setTimeout(round, collectMs).unref()
  return () => {
    stopping.abort()
    clearTimeout(timer)
  }
}

/** Collects in all stores. A failure in one does not stop the others. */
async function collectAll(options: CollectionOptions, signal: AbortSignal): Promise<void> {
  const { directory, clock, retentionMs } = options
  const attempt = <T>(work: Promise<T>): Promise<T | null> =>
    work.catch((error: Error) => {
      if (!signal.aborted && !isDeleted(error)) publishWarning('collection', error)
      return null
    })
  for (const store of (await attempt(directory.ids())) ?? []) {
    if (signal.aborted) return
    await attempt(directory.collect(store, { retentionMs, now: clock() }))
  }
  if (!signal.aborted) await attempt(directory.removeDeleted(limits.storeGraceMs))
}

const isDeleted = (error: Error): boolean =>
  error instanceof Refusal && error.code === 'store-not-found'
