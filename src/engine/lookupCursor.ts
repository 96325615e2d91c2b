// The cursors of lookups, which hold the last id returned, the revision and the question.

import { type JsonObject, printJson, type Revision } from '../terms/index.js'
import {
  type BookmarkKind,
  type BookmarkOrigin,
  bookmarkPrinter,
  parseBookmark,
} from './bookmark.js'

/** The name of the lookup and all its arguments except limit and consistency. */
export interface LookupQuery {
  readonly lookup: string
  readonly question: JsonObject
}

interface LookupPosition {
  readonly revision: Revision
  /** The last id returned. */
  readonly after: string
}

/** Returns a function that prints the cursors of one lookup, of which there are many. */
export function lookupCursorPrinter(
  origin: BookmarkOrigin,
  query: LookupQuery,
  revision: Revision,
): (id: string) => string {
  const print = bookmarkPrinter(origin, kindOf(query), revision)
  return id => print([id])
}

/**
 * Parses a cursor.
 * @throws Refusal `cursor-malformed` for text that is not one of our cursors
 * @throws Refusal `cursor-mismatch` for a cursor of another question, store or datastore
 */
export function parseLookupCursor(
  origin: BookmarkOrigin,
  query: LookupQuery,
  text: string,
): LookupPosition {
  const { revision, after } = parseBookmark(origin, kindOf(query), 1, text)
  return { revision, after: after[0] }
}

const kindOf = ({ lookup, question }: LookupQuery): BookmarkKind => ({
  kind: 'l1',
  query: `${lookup} ${printJson(question)}`,
})
