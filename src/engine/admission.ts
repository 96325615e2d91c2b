// The admission of writes against a schema, which may change before a write is committed. The
// writer returns a write that was admitted under a schema other than the one in force, and it is
// admitted again. A refusal to admit stands only if it came from the newest schema.

import {
  asRefusal,
  jsonBytes,
  limits,
  printIdentity,
  Refusal,
  type Relationship,
} from '../terms/index.js'
import type { Engine } from './engine.js'
import type { SchemaVersion } from './graph/catalog.js'
import { StaleSchema, type WriteOutcome, type WriteRequest } from './writer.js'

/**
 * The number of attempts. A write during whose life the schema changes more often is refused as a
 * conflict.
 */
const ATTEMPTS_MAX = 5

/**
 * Writes the request that `admit` makes under the newest schema, which is the schema in force at
 * the commit.
 * @throws Refusal what `admit` throws under the newest schema, what the writer refuses, or
 * `serialization-failure`
 */
export async function writeAdmitted(
  engine: Engine,
  admit: (version: SchemaVersion) => WriteRequest | Promise<WriteRequest>,
): Promise<WriteOutcome> {
  for (let attempts = 0; attempts < ATTEMPTS_MAX; attempts++) {
    const version = await engine.catalog.newest()
    const request = await Promise.resolve(version)
      .then(admit)
      .catch(error => asRefusal(error))
    if (request instanceof Refusal) {
      await engine.catalog.refresh()
      if ((await engine.catalog.newest()).revision === version.revision) throw request
      continue
    }
    try {
      return await engine.writer.write(request)
    } catch (error) {
      if (!(error instanceof StaleSchema)) throw error
      await engine.catalog.refresh()
    }
  }
  throw new Refusal('serialization-failure', 'the schema kept changing during the write, try again')
}

/**
 * Requires the relationship's caveat context to be small enough to store.
 * @throws Refusal `stored-context-too-large`
 */
export function requireContextSize(relationship: Relationship): void {
  const bytes = relationship.caveat === null ? 0 : jsonBytes(relationship.caveat.context)
  if (bytes <= limits.storedContextBytesMax) return
  throw new Refusal(
    'stored-context-too-large',
    `provided relationship \`${printIdentity(relationship)}\` exceeded maximum allowed caveat ` +
      `size of ${limits.storedContextBytesMax}`,
    {
      relationship: printIdentity(relationship),
      max_allowed_size: `${limits.storedContextBytesMax}`,
      context_size: `${bytes}`,
    },
  )
}
