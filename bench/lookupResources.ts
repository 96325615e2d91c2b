// Lookups of the few resources that one subject can access among many, over the resident graph.

import { lookupResources } from '../src/evaluator/index.js'
import { compileSchema } from '../src/language/index.js'
import { Replica } from '../src/replica/index.js'
import { assert, limits, REVISION_NONE, type Relationship } from '../src/terms/index.js'
import { measureLookups } from './lookup.js'
import { LIBRARY_SCHEMA, type LibraryOptions, makeLibrary } from './worlds.js'

/** Permissions to look up. The first needs no checks; the others need a check of each candidate. */
const PERMISSIONS = ['own', 'read', 'browse'] as const

const BATCH = 10_000

/** Measures each permission. */
export async function benchLookupResources(options: LibraryOptions) {
  const compiled = compileSchema(LIBRARY_SCHEMA)
  assert(compiled.ok, 'the schema compiles')
  const replica = await Replica.bootstrap(batches(makeLibrary(options)))
  const snapshot = replica.at(replica.head)
  assert(snapshot !== null, 'the replica answers at its head')
  return measureLookups(
    PERMISSIONS.map(permission => {
      const question = { ...QUESTION, permission }
      return [permission, () => lookupResources(snapshot, compiled.schema, question)] as const
    }),
  )
}

const QUESTION = {
  resourceType: 'document',
  subject: { type: 'user', id: '7', relation: '' },
  context: {},
  within: null,
  after: null,
  now: 0,
  depthMax: limits.depthMax,
  workMax: limits.workMax,
}

/** The library in batches, so that it is never in memory as a whole. */
async function* batches(relationships: Iterable<Relationship>) {
  let batch: Relationship[] = []
  for (const relationship of relationships) {
    if (batch.push(relationship) < BATCH) continue
    yield { revision: REVISION_NONE, relationships: batch }
    batch = []
  }
  yield { revision: REVISION_NONE, relationships: batch }
}
