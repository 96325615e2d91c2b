// The port through which rows are fetched. A row is the answer to one fetch: a `RelationshipList`,
// with the revision at which it was read. A port with one method is a function. Caches, replicas
// and the database all have this shape, and so has each decorator around one; `chain.ts` joins
// them.

import type { Fetch, RelationshipList, Revision } from '../terms/index.js'

/**
 * Returns a row for each fetch, in their order, that is valid as of the revision. Null stands for a
 * row that the source does not have. Rows keep the revision at which they were read.
 */
export type RowSource = (
  fetches: readonly Fetch[],
  revision: Revision,
) => Promise<readonly (RelationshipList | null)[]>
