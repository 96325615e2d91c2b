// The pages of sharing's lists. A page has a limit, a revision that all pages of one list share,
// and a cursor that says where it ended.

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
  /** The maximum number of rows; 0 for the default. */
  readonly limit: number
  /**
   * A cursor of the same list, whose revision overrides the consistency; null for the first page.
   */
  readonly cursor: string | null
}

/** The identity of a list, to which its cursors are bound. */
interface PagedList {
  /** A short name that no other list has. */
  readonly kind: string
  readonly query: JsonObject
  /** The number of texts in the cursor's position. */
  readonly fields: number
}

export interface OpenedPage {
  readonly view: View
  readonly limit: number
  /** The position after which the page begins; null for the first page. */
  readonly after: readonly string[] | null
  /** Prints the cursor to the rows after a position. */
  readonly print: (after: readonly string[]) => string
}

/**
 * Reads a page. It calls `read` again until the on-demand graph has loaded all that `read` needs.
 * @throws Refusal for a bad limit or cursor, or a revision that is not readable
 */
export async function readPage<Page>(
  engine: Engine,
  request: PageRequest & { readonly context: JsonObject },
  { list, stop = NEVER }: { readonly list: PagedList; readonly stop?: Stop },
  read: (graph: Graph, opened: OpenedPage) => Promise<Page>,
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
): Promise<OpenedPage> {
  requireLimit(limit, limits.sharingPageMax)
  const bookmark = { kind, query: printJson(query) }
  const start = cursor === null ? null : parseBookmark(engine, bookmark, fields, cursor)
  const required = start === null ? consistency : exactly(engine, start.revision)
  const view = await viewFor(engine, required, stop)
  return {
    view,
    limit: limit === 0 ? limits.sharingPageRows : limit,
    after: start?.after ?? null,
    print: bookmarkPrinter(engine, bookmark, view.revision),
  }
}

/** The first `limit` of the rows, with the cursor to the rest. */
export function toPage<Row>(
  rows: readonly Row[],
  { limit, print }: OpenedPage,
  positionOf: (row: Row) => readonly string[],
): { readonly rows: readonly Row[]; readonly cursor: string | null } {
  if (rows.length <= limit) return { rows, cursor: null }
  return { rows: rows.slice(0, limit), cursor: print(positionOf(rows[limit - 1])) }
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
