// Lookups of the many subjects of one document, over the resident graph.

import { lookupSubjects } from '../src/evaluator/index.js'
import { compileSchema } from '../src/language/index.js'
import { Replica } from '../src/replica/index.js'
import { assert, limits, REVISION_NONE } from '../src/terms/index.js'
import { measureLookups } from './lookup.js'
import { COMPANY_SCHEMA, makeCompany } from './worlds.js'

const PERMISSIONS = ['view', 'comment', 'audit'] as const

/** Measures each permission. */
export async function benchLookupSubjects(subjects: number) {
  const compiled = compileSchema(COMPANY_SCHEMA)
  assert(compiled.ok, 'the schema compiles')
  const relationships = [...makeCompany(subjects)]
  const replica = await Replica.bootstrap(one({ revision: REVISION_NONE, relationships }))
  const snapshot = replica.at(replica.head)
  assert(snapshot !== null, 'the replica answers at its head')
  return measureLookups(
    PERMISSIONS.map(permission => {
      const question = { ...QUESTION, permission }
      return [permission, () => lookupSubjects(snapshot, compiled.schema, question)] as const
    }),
  )
}

const QUESTION = {
  resource: { type: 'document', id: 'plan' },
  subjectType: 'user',
  subjectRelation: '',
  context: {},
  now: 0,
  depthMax: limits.depthMax,
  workMax: limits.workMax,
  wildcard: true,
  after: null,
}

async function* one<T>(value: T): AsyncGenerator<T> {
  yield value
}
