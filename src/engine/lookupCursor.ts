// Cursors of lookups: the last id that was given, in which revision, of which question.

import { type JsonObject, printJson, type Revision } from '../terms/index.js'
import {
  type BookmarkKind,
  type BookmarkOrigin,
  bookmarkPrinter,
  parseBookmark,
} from './bookmark.js'

/** What is looked up: the lookup's name, and all that it was asked but limit and consistency. */
export interface LookupQuery {
  readonly lookup: string
  readonly question: JsonObject
}

interface LookupPlace {
  readonly revision: Revision
  /** The last id that was given. */
  readonly after: string
}

/** A printer of cursors for one lookup, which are many. */
export function lookupCursorPrinter(
  origin: BookmarkOrigin,
  query: LookupQuery,
  revision: Revision,
): (id: string) => string {
  const print = bookmarkPrinter(origin, kindOf(query), revision)
  return id => print([id])
}

/**
 * @throws Refusal `cursor-malformed` for text that is no cursor of ours
 * @throws Refusal `cursor-mismatch` for a cursor of another question, store or datastore
 */
export function parseLookupCursor(
  origin: BookmarkOrigin,
  query: LookupQuery,
  text: string,
): LookupPlace {
  const { revision, after } = parseBookmark(origin, kindOf(query), 1, text)
  return { revision, after: after[0] }
}

const kindOf = ({ lookup, question }: LookupQuery): BookmarkKind => ({
  kind: 'l1',
  query: `${lookup} ${printJson(question)}`,
})
