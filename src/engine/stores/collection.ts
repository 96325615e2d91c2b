// Collection at intervals, of all stores one after the other, open here or not: old versions, and
// what is left of deleted stores. Several nodes may do so at once; each step is short.

import { limits, Refusal } from '../../terms/index.js'
import { publishWarning } from '../channels.js'
import type { Directory } from '../graph/storageDirectory.js'

interface CollectionOptions {
  readonly directory: Directory
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
    await collectAll(options, stopping.signal)
    if (!stopping.signal.aborted) timer = setTimeout(round, collectMs).unref()
  }
  let timer = setTimeout(round, collectMs).unref()
  return () => {
    stopping.abort()
    clearTimeout(timer)
  }
}

/** What fails for one store does not keep the others from their turn. */
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
