// What the change feed has told, by which it is known what a row that was read at another revision, and
// maybe by another node, is good for.

import { limits, placeOf, type Revision, type Row, type Want } from '../terms/index.js'
import type { Marks } from './marks.js'
import type { Places } from './places.js'

export interface Evidence {
  readonly places: Places
  readonly marks: Marks
}

/**
 * The row, if it is known to be as it is at the revision. One that is old is renewed, it is the same at the
 * later revision: whoever has begun since knows that one.
 */
export function asOf({ places }: Evidence, want: Want, row: Row, revision: Revision): Row | null {
  if (!places.same(placeOf(want), row.revision, revision)) return null
  return revision - row.revision > limits.rowAgeMax ? { ...row, revision } : row
}
