// What this node knows from the change feed. It decides whether a row that was read at another
// revision, possibly by another node, is still valid at the revision of a question.

import {
  type Fetch,
  limits,
  type RelationshipList,
  type Revision,
  writeKeyOf,
} from '../terms/index.js'
import type { KnownFingerprints } from './knownFingerprints.js'
import type { LastWrites } from './lastWrites.js'

/** The last writes and the revision fingerprints that the change feed has brought. */
export interface Evidence {
  readonly lastWrites: LastWrites
  readonly fingerprints: KnownFingerprints
}

/**
 * Returns the row if it is known to be the same at the revision, else null. A row of a much older
 * revision is stamped with the later one, at which it is the same: a node that started in between
 * knows only the later revision.
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
