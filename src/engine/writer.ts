// The writer of a store as the operations see it, and its substitute where nothing can be written.

import type { Writer } from '../storage/index.js'
import { Refusal } from '../terms/index.js'

export {
  type Agreement,
  StaleSchema,
  type WriteGuard,
  type WriteOutcome,
  type WriteRequest,
  Writer,
  type WriterCounts,
} from '../storage/index.js'

/** The part of a writer that an engine uses. */
export type WriteQueue = Pick<Writer, 'write' | 'counts' | 'close'>

/** Refuses what needs a datastore. @throws Refusal `storage-unavailable`, always */
export function refuseWithoutDatastore(): never {
  throw new Refusal(
    'storage-unavailable',
    'this node has no datastore: it can neither write nor list what is stored',
  )
}

/** The write queue of an engine whose source cannot be written to. */
export const refusingQueue: WriteQueue = {
  write: async () => refuseWithoutDatastore(),
  counts: { waiting: 0, transactions: 0, revisions: 0, updates: 0 },
  close: async () => {},
}
