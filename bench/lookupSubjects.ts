// Lookups of a hundred thousand subjects over the resident graph, in this process: how fast they come,
// how soon the first one, for how long nobody else has a turn, and what memory they hold meanwhile.

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { lookupSubjects, type SubjectRow } from '../src/evaluator/index.js'
import { compileSchema } from '../src/language/index.js'
import { Replica } from '../src/replica/index.js'
import { assert, limits, REVISION_NONE } from '../src/terms/index.js'
import { COMPANY_SCHEMA, makeCompany } from './worlds.js'

export interface LookupSubjectsReport {
  readonly permission: string
  readonly rows: number
  readonly totalMs: number
  readonly firstMs: number
  /** The longest time between two pauses. */
  readonly turnMs: number
  /** Bytes held, garbage apart, beyond those held before: at the first row and at the last. */
  readonly heldAtFirst: number
  readonly heldAtLast: number
}

const PERMISSIONS = ['view', 'comment', 'audit'] as const

type Lookup = () => Iterable<SubjectRow | null>

/** A report of each permission; lookups of all of them warm up. */
export async function benchLookupSubjects(subjects: number): Promise<LookupSubjectsReport[]> {
  const compiled = compileSchema(COMPANY_SCHEMA)
  assert(compiled.ok, 'the schema compiles')
  const relationships = [...makeCompany(subjects)]
  const replica = await Replica.bootstrap(one({ revision: REVISION_NONE, relationships }))
  const snapshot = replica.at(replica.head)
  assert(snapshot !== null, 'the head is in the image')
  const lookups = PERMISSIONS.map(permission => {
    const question = { ...QUESTION, permission }
    return [permission, () => lookupSubjects(snapshot, compiled.schema, question)] as const
  })
  for (const [, lookup] of lookups) timed(lookup)
  return lookups.map(([permission, lookup]) => ({
    permission,
    ...timed(lookup),
    ...weighed(lookup),
  }))
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

function timed(lookup: Lookup) {
  const begin = performance.now()
  let [rows, firstMs, turnMs, turn] = [0, 0, 0, begin]
  for (const row of lookup()) {
    if (row === null) {
      const now = performance.now()
      turnMs = Math.max(turnMs, now - turn)
      turn = now
    } else if (rows++ === 0) firstMs = performance.now() - begin
  }
  return { rows, totalMs: performance.now() - begin, firstMs, turnMs }
}

function weighed(lookup: Lookup) {
  const before = heldBytes()
  let [heldAtFirst, last] = [0, 0]
  const rows = timed(lookup).rows
  for (const row of lookup()) {
    if (row === null) continue
    last++
    if (last === 1) heldAtFirst = heldBytes() - before
    if (last === rows) return { heldAtFirst, heldAtLast: heldBytes() - before }
  }
  return { heldAtFirst, heldAtLast: 0 }
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function heldBytes(): number {
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
