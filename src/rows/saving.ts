// What had to be read is put where it is found sooner next time. Rows that another row of the batch says
// anyway are not: nobody will ask for them.

import type { Row, Want } from '../terms/index.js'
import { Batch } from './batch.js'
import type { RowSource } from './rowSource.js'
import { isFirst } from './want.js'

/** Takes a row for each want, in their order. */
export type Save = (wants: readonly Want[], rows: readonly Row[]) => void

export const saving =
  (next: RowSource, save: Save): RowSource =>
  async (wants, revision) => {
    const batch = new Batch(wants)
    batch.fill(await next(wants, revision))
    const { rows } = batch
    const own = [...wants.keys()].filter(
      position => isFirst(wants[position]) && !batch.isPart(position),
    )
    save(
      own.map(position => wants[position]),
      own.map(position => rows[position]),
    )
    return rows
  }
