// Pages of sharing's lists: a limit, a revision that all pages share, and where the last one ended.

import type { Engine } from '../engine/index.js'
import {
  bookmarkPrinter,
  exactly,
  NEVER,
  parseBookmark,
  requireLimit,
  type Stop,
  settled,
  turns,
  type View,
  viewFor,
} from '../engine/index.js'
import {
  type Consistency,
  type JsonObject,
  limits,
  printJson,
  type SubjectReference,
} from '../terms/index.js'
import { Graph } from './graph.js'

export interface PageRequest {
  readonly consistency: Consistency
  /** Rows; 0 for the usual. */
  readonly limit: number
  /** Of the same list; its revision then overrides the consistency. */
  readonly cursor: string | null
}

/** Which list it is. */
interface PagedList {
  /** Short, and different for each. */
  readonly kind: string
  readonly query: JsonObject
  /** Texts that tell where a page ended. */
  readonly fields: number
}

export interface Opened {
  readonly view: View
  readonly limit: number
  readonly after: readonly string[] | null
  readonly print: (after: readonly string[]) => string
}

/**
 * What `read` makes of the page, asked again until all that it needs is there.
 * @throws Refusal for a bad limit or cursor, or a revision that is not readable
 */
export async function readPage<Page>(
  engine: Engine,
  request: PageRequest & { readonly context: JsonObject },
  { list, stop = NEVER }: { readonly list: PagedList; readonly stop?: Stop },
  read: (graph: Graph, opened: Opened) => Promise<Page>,
): Promise<Page> {
  const opened = await openPage(engine, request, list, stop)
  const now = engine.clock()
  return settled(opened.view, () => {
    const graph = new Graph(opened.view, now, request.context, turns.begin(engine.store))
    return graph.attempted(() => read(graph, opened), stop)
  })
}

async function openPage(
  engine: Engine,
  { consistency, limit, cursor }: PageRequest,
  { kind, query, fields }: PagedList,
  stop: Stop,
): Promise<Opened> {
  requireLimit(limit, limits.sharingPageMax)
  const bookmark = { kind, query: printJson(query) }
  const place = cursor === null ? null : parseBookmark(engine, bookmark, fields, cursor)
  const asked = place === null ? consistency : exactly(engine, place.revision)
  const view = await viewFor(engine, asked, stop)
  return {
    view,
    limit: limit === 0 ? limits.sharingPageRows : limit,
    after: place?.after ?? null,
    print: bookmarkPrinter(engine, bookmark, view.revision),
  }
}

/** The first `limit` of the rows, and the cursor to those that are left. */
export function toPage<Row>(
  rows: readonly Row[],
  { limit, print }: Opened,
  placeOf: (row: Row) => readonly string[],
): { readonly rows: readonly Row[]; readonly cursor: string | null } {
  if (rows.length <= limit) return { rows, cursor: null }
  return { rows: rows.slice(0, limit), cursor: print(placeOf(rows[limit - 1])) }
}

export const fromSubject = ({ type, id, relation }: SubjectReference): readonly string[] => [
  type,
  id,
  relation,
]

export const toSubject = ([type, id, relation]: readonly string[]): SubjectReference => ({
  type,
  id,
  relation,
})
