// The common part of all cursors: the last item returned, the revision and the query, sealed
// together with the datastore and the store. The page size is not part of the query, so each page
// may have another one.

import {
  checksum,
  type DatastoreId,
  isRevision,
  open,
  Refusal,
  type Revision,
  type StoreId,
  seal,
} from '../terms/index.js'
import type { Engine } from './engine.js'

interface Bookmark {
  readonly revision: Revision
  /** The fields that identify the last item returned. */
  readonly after: readonly string[]
}

/** The kind of cursor and the query it belongs to. */
export interface BookmarkKind {
  /** A short name, different for each form of `after`. */
  readonly kind: string
  /** The query as text. Only its checksum is in the cursor, for comparison. */
  readonly query: string
}

/** The datastore and the store that a cursor belongs to. */
export type BookmarkOrigin = Pick<Engine, 'datastore' | 'store'>

type BookmarkFields = readonly [DatastoreId, StoreId, Revision, string, ...string[]]
const OWN_FIELDS = 4

/** Returns a function that prints the cursors of one query, of which there are many. */
export function bookmarkPrinter(
  { datastore, store }: BookmarkOrigin,
  { kind, query }: BookmarkKind,
  revision: Revision,
): (after: readonly string[]) => string {
  const sum = checksum(query)
  return after => seal(kind, [datastore, store, revision, sum, ...after])
}

/**
 * Parses a cursor.
 * @param length the number of fields of `after`
 * @throws Refusal `cursor-malformed` for text that is not one of our cursors
 * @throws Refusal `cursor-mismatch` for a cursor of another query, store or datastore
 */
export function parseBookmark(
  origin: BookmarkOrigin,
  { kind, query }: BookmarkKind,
  length: number,
  text: string,
): Bookmark {
  const fields = open(kind, text)
  if (fields === null || fields.length !== OWN_FIELDS + length || !isFields(fields)) {
    throw new Refusal('cursor-malformed', 'error decoding cursor')
  }
  const [datastore, store, revision, sum, ...after] = fields
  if (datastore !== origin.datastore || store !== origin.store || sum !== checksum(query)) {
    throw new Refusal(
      'cursor-mismatch',
      'the cursor provided does not have the same arguments as the original API call; please ' +
        'ensure you are making the same API call, with the exact same parameters (besides the ' +
        'cursor and the limit)',
    )
  }
  return { revision, after }
}

/** Checks the types of the fields: a correct checksum does not prove that the cursor is ours. */
const isFields = (fields: readonly unknown[]): fields is BookmarkFields =>
  fields.every((field, at) => (at === 2 ? isRevision(field) : typeof field === 'string'))
