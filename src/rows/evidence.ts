// What the change feed has told, by which it is known what a row that was read at another revision, and
// maybe by another node, is good for.

import {
  type Fetch,
  limits,
  type RelationshipList,
  type Revision,
  writeKeyOf,
} from '../terms/index.js'
import type { KnownFingerprints } from './knownFingerprints.js'
import type { LastWrites } from './lastWrites.js'

export interface Evidence {
  readonly lastWrites: LastWrites
  readonly fingerprints: KnownFingerprints
}

/**
 * The row, if it is known to be as it is at the revision. One that is old is renewed, it is the same at the
 * later revision: whoever has begun since knows that one.
 */
export function asOf(
  { lastWrites }: Evidence,
  fetch: Fetch,
  row: RelationshipList,
  revision: Revision,
): RelationshipList | null {
  if (!lastWrites.same(writeKeyOf(fetch), row.revision, revision)) return null
  return revision - row.revision > limits.rowAgeMax ? { ...row, revision } : row
}
