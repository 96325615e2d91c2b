// A source that saves the rows which another source had to read, so that they are found sooner the
// next time. A row that another row of the batch contains is not saved, since nobody will fetch it.

import type { Fetch, RelationshipList } from '../terms/index.js'
import { FetchBatch } from './fetchBatch.js'
import { isFirstPage } from './printFetch.js'
import type { RowSource } from './rowSource.js'

/** A function that takes a row for each fetch, in their order. */
export type Save = (fetches: readonly Fetch[], rows: readonly RelationshipList[]) => void

export const saving =
  (next: RowSource, save: Save): RowSource =>
  async (fetches, revision) => {
    const batch = new FetchBatch(fetches)
    batch.fill(await next(fetches, revision))
    const { rows } = batch
    const savable = [...fetches.keys()].filter(
      index => isFirstPage(fetches[index]) && !batch.isPart(index),
    )
    save(
      savable.map(index => fetches[index]),
      savable.map(index => rows[index]),
    )
    return rows
  }
