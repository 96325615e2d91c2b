// The read of stored relationships by filter, at one revision, in the order of their identities by
// bytes.

import { Breather } from '../evaluator/index.js'
import {
  type Consistency,
  limits,
  Refusal,
  type Relationship,
  type RelationshipFilter,
  type RelationshipIdentity,
  type Revision,
} from '../terms/index.js'
import type { Engine } from './engine.js'
import { requireFilterNames, requireFilterShape } from './filterRules.js'
import type { Pace } from './graph/pace.js'
import { turns } from './graph/turns.js'
import { revisionFor } from './graph/view.js'
import { cursorPrinter, parseCursor } from './pageCursor.js'
import type { Stop } from './stop.js'

interface ReadRequest {
  readonly consistency: Consistency
  readonly filter: RelationshipFilter
  /** The greatest number of relationships, at most 1000; 0 for all. */
  readonly limit: number
  /** A cursor of the same filter, whose revision overrides the consistency; or null. */
  readonly cursor: string | null
}

interface ReadAnswer {
  readonly revision: Revision
  /** The items, read from the database page by page as they are consumed. */
  readonly items: AsyncIterable<ReadItem>
}

export interface ReadItem {
  readonly relationship: Relationship
  /** The cursor for the relationships after this one. */
  readonly cursor: string
}

/**
 * Reads relationships, in turns with other work.
 * @throws Refusal for a bad filter, limit or cursor, or a revision that is not readable
 */
export async function readRelationships(
  engine: Engine,
  request: ReadRequest,
  stop?: Stop,
): Promise<ReadAnswer> {
  requireFilterShape(request.filter)
  requireLimit(request.limit, limits.readLimitMax)
  const { revision, pages, printCursor } = await openRead(engine, request)
  const pace = { turn: turns.begin(engine.store), stop }
  return { revision, items: toItems(pages, printCursor, pace) }
}

interface OpenRead {
  readonly revision: Revision
  readonly pages: AsyncIterable<ReadPage>
  readonly printCursor: (relationship: Relationship) => string
}

/**
 * Opens a read.
 * @throws Refusal for names that the schema lacks, a bad cursor, a revision that is not readable
 */
export async function openRead(
  engine: Engine,
  { consistency, filter, limit, cursor }: ReadRequest,
): Promise<OpenRead> {
  const position = cursor === null ? null : parseCursor(engine, filter, cursor)
  const revision = position?.revision ?? (await revisionFor(engine, consistency))
  const { schema } = await engine.catalog.past(revision)
  requireFilterNames(schema, filter)
  const pages = readPages(engine, { filter, limit, revision, after: position?.after ?? null })
  // The first page is read here, so that an unreadable revision is refused before streaming begins.
  const first = await pages.next()
  const printCursor = cursorPrinter(engine, filter, revision)
  return { revision, pages: after(first, pages), printCursor }
}

/** Requires a limit within the maximum. @throws Refusal `limit-exceeded` */
export function requireLimit(limit: number, maximum: number): void {
  if (limit <= maximum) return
  throw new Refusal(
    'limit-exceeded',
    `provided limit ${limit} is greater than maximum allowed of ${maximum}`,
    { limit_provided: `${limit}`, maximum_limit_allowed: `${maximum}` },
  )
}

type ReadPage = readonly Relationship[]

interface ReadRange {
  readonly filter: RelationshipFilter
  readonly limit: number
  readonly revision: Revision
  readonly after: RelationshipIdentity | null
}

async function* readPages(engine: Engine, range: ReadRange): AsyncGenerator<ReadPage, undefined> {
  const { filter, revision } = range
  const now = engine.clock()
  let { after } = range
  let left = range.limit === 0 ? Number.POSITIVE_INFINITY : range.limit
  while (left > 0) {
    const limit = Math.min(left, limits.pageRows)
    const page = await engine.records.relationships({ filter, at: revision, now, after, limit })
    yield page
    if (page.length < limit) return
    left -= page.length
    after = page[page.length - 1]
  }
}

async function* after(
  first: IteratorResult<ReadPage, undefined>,
  pages: AsyncGenerator<ReadPage, undefined>,
): AsyncGenerator<ReadPage> {
  if (first.done) return
  yield first.value
  yield* pages
}

async function* toItems(
  pages: AsyncIterable<ReadPage>,
  printCursor: OpenRead['printCursor'],
  { turn, stop }: Pace,
): AsyncGenerator<ReadItem> {
  const breather = new Breather(turn)
  for await (const page of pages) {
    for (const relationship of page) {
      if (breather.isDue()) await turn.next(stop)
      yield { relationship, cursor: printCursor(relationship) }
    }
  }
}
