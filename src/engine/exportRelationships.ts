// The export of all relationships, or those that a filter matches, in batches at one revision, in
// the order of their identities by bytes.

import {
  type Consistency,
  limits,
  type Relationship,
  type RelationshipFilter,
  type Revision,
} from '../terms/index.js'
import type { Engine } from './engine.js'
import { isEmpty, requireFilterShape } from './filterRules.js'
import { openRead, requireLimit } from './readRelationships.js'

interface ExportRequest {
  readonly consistency: Consistency
  /** The filter; an empty one matches everything. */
  readonly filter: RelationshipFilter
  /** The number of relationships in a batch, at most 10,000; 0 for that maximum. */
  readonly batch: number
  /** A cursor of the same filter, whose revision overrides the consistency; or null. */
  readonly cursor: string | null
}

interface ExportAnswer {
  readonly revision: Revision
  /** The batches, read from the database as they are consumed. */
  readonly batches: AsyncIterable<ExportBatch>
}

export interface ExportBatch {
  readonly relationships: readonly Relationship[]
  /** The cursor for the relationships after this batch. */
  readonly cursor: string
}

/**
 * Exports relationships.
 * @throws Refusal for a bad filter, batch size or cursor, or a revision that is not readable
 */
export async function exportRelationships(
  engine: Engine,
  { consistency, filter, batch, cursor }: ExportRequest,
): Promise<ExportAnswer> {
  if (!isEmpty(filter)) requireFilterShape(filter)
  requireLimit(batch, limits.exportBatchMax)
  const size = batch === 0 ? limits.exportBatchMax : batch
  const { revision, pages, printCursor } = await openRead(engine, {
    consistency,
    filter,
    limit: 0,
    cursor,
  })
  return { revision, batches: toBatches(pages, size, printCursor) }
}

async function* toBatches(
  pages: AsyncIterable<readonly Relationship[]>,
  size: number,
  printCursor: (relationship: Relationship) => string,
): AsyncGenerator<ExportBatch> {
  let pending: Relationship[] = []
  const toBatch = (relationships: readonly Relationship[]): ExportBatch => ({
    relationships,
    cursor: printCursor(relationships[relationships.length - 1]),
  })
  for await (const page of pages) {
    pending.push(...page)
    while (pending.length >= size) {
      yield toBatch(pending.slice(0, size))
      pending = pending.slice(size)
    }
  }
  if (pending.length > 0) yield toBatch(pending)
}
