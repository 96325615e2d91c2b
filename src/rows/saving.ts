// What had to be read is put where it is found sooner next time. Rows that another row of the batch says
// anyway are not: nobody will ask for them.

import type { Fetch, RelationshipList } from '../terms/index.js'
import { FetchBatch } from './fetchBatch.js'
import { isFirstPage } from './printFetch.js'
import type { RowSource } from './rowSource.js'

/** Takes a row for each want, in their order. */
export type Save = (fetches: readonly Fetch[], rows: readonly RelationshipList[]) => void

export const saving =
  (next: RowSource, save: Save): RowSource =>
  async (fetches, revision) => {
    const batch = new FetchBatch(fetches)
    batch.fill(await next(fetches, revision))
    const { rows } = batch
    const own = [...fetches.keys()].filter(
      position => isFirstPage(fetches[position]) && !batch.isPart(position),
    )
    save(
      own.map(position => fetches[position]),
      own.map(position => rows[position]),
    )
    return rows
  }
