// The common part of lookups. A lookup runs at one revision, in pages or as a whole, and returns a
// stream that buffers no items and can stop wherever it may pause.

import type { Turn } from '../evaluator/index.js'
import {
  type Consistency,
  type Contextual,
  type JsonObject,
  limits,
  type Revision,
  WILDCARD,
} from '../terms/index.js'
import { requireContext } from './check.js'
import { queryOf, requireContextual, withContextual } from './contextual.js'
import type { Engine } from './engine.js'
import { turns } from './graph/turns.js'
import { exactly, type View, viewFor } from './graph/view.js'
import { type Evaluate, inWindows, passing, roomFor } from './graph/windows.js'
import { lookupCursorPrinter, parseLookupCursor } from './lookupCursor.js'
import { requireLimit } from './readRelationships.js'
import type { Stop } from './stop.js'

export interface LookupRequest extends Contextual {
  readonly consistency: Consistency
  /** The caveat context; unknown keys are ignored. */
  readonly context: JsonObject
  /** The greatest number of items besides the wildcard, at most 1000; 0 for all. */
  readonly limit: number
  /** A cursor of the same question, whose revision overrides the consistency; or null. */
  readonly cursor: string | null
}

export interface LookupAnswer<Found> {
  readonly revision: Revision
  /**
   * The items, looked up as they are consumed. A refusal of the lookup is thrown with the first
   * item.
   */
  readonly items: AsyncIterable<Found & Continued>
}

export interface Continued {
  /** The cursor for the items after this one. */
  readonly cursor: string
}

export interface LookupOperation<Found, Question> {
  readonly name: string
  /** The arguments that this lookup has besides those of every lookup. */
  readonly words: JsonObject
  readonly evaluate: Evaluate<Found, Question>
  readonly question: (bounds: LookupBounds) => Question
}

interface LookupBounds {
  /** The last id returned, or null. */
  readonly after: string | null
  readonly now: number
  readonly depthMax: number
  readonly workMax: number
  readonly turn: Turn
}

/**
 * Runs a lookup.
 * @throws Refusal for a bad limit, cursor or context, or a revision that is not readable
 */
export async function lookUp<Found extends { readonly id: string }, Question extends object>(
  engine: Engine,
  request: LookupRequest,
  { name, words, evaluate, question }: LookupOperation<Found, Question>,
  stop?: Stop,
): Promise<LookupAnswer<Found>> {
  const { context, contextual = [], limit, cursor } = request
  requireLimit(limit, limits.lookupLimitMax)
  requireContext(context)
  const query = { lookup: name, question: { ...words, context, contextual: queryOf(contextual) } }
  const position = cursor === null ? null : parseLookupCursor(engine, query, cursor)
  const consistency = position === null ? request.consistency : exactly(engine, position.revision)
  const view = await viewFor(engine, consistency, stop)
  requireContextual(view.schema, contextual)
  const views = (): View => withContextual(passing(view), contextual)
  const { depthMax, workMax } = limits
  const turn = turns.begin(engine.store)
  const bounds = { after: position?.after ?? null, now: engine.clock(), depthMax, workMax, turn }
  const work = inWindows(
    views,
    { evaluate, question: question(bounds), room: roomFor(limit) },
    { turn, stop },
  )
  const print = lookupCursorPrinter(engine, query, view.revision)
  return { revision: view.revision, items: toItems(work, limit, print) }
}

async function* toItems<Found extends { readonly id: string }>(
  rows: AsyncIterable<Found>,
  limit: number,
  printCursor: (id: string) => string,
): AsyncGenerator<Found & Continued, void> {
  let left = limit === 0 ? Number.POSITIVE_INFINITY : limit
  for await (const row of rows) {
    yield { ...row, cursor: printCursor(row.id) }
    if (row.id !== WILDCARD) left--
    if (left === 0) return
  }
}
