// The port through which rows come. A port of one method is a function: it reads what is wanted as of a
// revision. Caches, replicas and the database are all of this shape, and so is each decorator around one,
// which makes them a chain (`chain.ts`).

import type { Fetch, RelationshipList, Revision } from '../terms/index.js'

/**
 * A row for each want, in their order, that is good as of the revision; null for what cannot be answered.
 * Rows keep the revision that they were read at.
 */
export type RowSource = (
  fetches: readonly Fetch[],
  revision: Revision,
) => Promise<readonly (RelationshipList | null)[]>
