// Who may do this to the resource? At one revision, in the order of ids, as a stream that holds none
// of its rows.

import {
  lookupSubjects as evaluate,
  type FoundSubject,
  type SubjectRow,
} from '../evaluator/index.js'
import {
  type Consistency,
  type Contextual,
  type JsonObject,
  limits,
  type ObjectReference,
  type Revision,
  WILDCARD,
} from '../terms/index.js'
import { requireContext } from './check.js'
import { queryOf, withContextual } from './contextual.js'
import type { Engine } from './engine.js'
import { type LookupQuery, lookupCursorPrinter, parseLookupCursor } from './lookupCursor.js'
import { paced } from './pace.js'
import { requireLimit } from './readRelationships.js'
import type { Stop } from './stop.js'
import { exactly, viewFor } from './view.js'

export type { FoundSubject }

export interface LookupSubjectsRequest extends Contextual {
  readonly consistency: Consistency
  readonly resource: ObjectReference
  /** A permission or a relation of the resource's definition. */
  readonly permission: string
  readonly subjectType: string
  /** Empty for objects themselves. */
  readonly subjectRelation: string
  /** For caveats; unknown keys are ignored. */
  readonly context: JsonObject
  /** Whether the wildcard has a row. */
  readonly wildcard: boolean
  /** Rows besides the wildcard's: at most 1000; 0 for all there are. */
  readonly limit: number
  /** A cursor of the same question; its revision then overrides the consistency. */
  readonly cursor: string | null
}

export interface LookupSubjectsAnswer {
  readonly revision: Revision
  /** Looked up as it is consumed; what the lookup refuses is thrown with the first item. */
  readonly items: AsyncIterable<SubjectItem>
}

export interface SubjectItem extends SubjectRow {
  /** Goes on after this row. */
  readonly cursor: string
}

/** @throws Refusal for a bad limit, cursor or context, or a revision that is not readable */
export async function lookupSubjects(
  engine: Engine,
  request: LookupSubjectsRequest,
  stop?: Stop,
): Promise<LookupSubjectsAnswer> {
  const { limit, cursor, contextual = [] } = request
  requireLimit(limit, limits.lookupLimitMax)
  requireContext(request.context)
  const query = toQuery(request)
  const place = cursor === null ? null : parseLookupCursor(engine, query, cursor)
  const consistency = place === null ? request.consistency : exactly(engine, place.revision)
  const view = withContextual(await viewFor(engine, consistency, stop), contextual)
  const { snapshot, schema, revision } = view
  const { depthMax, workMax } = limits
  const work = evaluate(snapshot, schema, {
    ...request,
    after: place?.after ?? null,
    now: engine.clock(),
    depthMax,
    workMax,
  })
  const print = lookupCursorPrinter(engine, query, revision)
  return { revision, items: toItems(paced(work, stop), limit, print) }
}

async function* toItems(
  rows: AsyncIterable<SubjectRow>,
  limit: number,
  printCursor: (id: string) => string,
): AsyncGenerator<SubjectItem, void> {
  let left = limit === 0 ? Number.POSITIVE_INFINITY : limit
  for await (const row of rows) {
    yield { ...row, cursor: printCursor(row.id) }
    if (row.id !== WILDCARD) left--
    if (left === 0) return
  }
}

function toQuery(request: LookupSubjectsRequest): LookupQuery {
  const { resource, permission, subjectType, subjectRelation, context, wildcard } = request
  const { type, id } = resource
  const contextual = queryOf(request.contextual ?? [])
  const asked = { type, id, permission, subjectType, subjectRelation, wildcard }
  return { lookup: 'subjects', question: { ...asked, context, contextual } }
}
