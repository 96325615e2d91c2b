// What all cursors have in common: where to go on, in which revision, of which query; sealed together
// with the datastore and the store. The page size is no part of a query, so the next page may have
// another one.

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
  /** What identifies the last item that was given. */
  readonly after: readonly string[]
}

/** Which cursors are meant. */
export interface BookmarkKind {
  /** Short, and different for each form of `after`. */
  readonly kind: string
  /** The query in words; it is not kept, only compared. */
  readonly query: string
}

/** Whose cursors they are. */
export type BookmarkOrigin = Pick<Engine, 'datastore' | 'store'>

type BookmarkFields = readonly [DatastoreId, StoreId, Revision, string, ...string[]]
const OWN_FIELDS = 4

/** A printer of cursors for the items of one query, which are many. */
export function bookmarkPrinter(
  { datastore, store }: BookmarkOrigin,
  { kind, query }: BookmarkKind,
  revision: Revision,
): (after: readonly string[]) => string {
  const sum = checksum(query)
  return after => seal(kind, [datastore, store, revision, sum, ...after])
}

/**
 * @param length of `after`
 * @throws Refusal `cursor-malformed` for text that is no cursor of ours
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
      'the cursor provided does not have the same arguments as the original API call; please ensure you are making the same API call, with the exact same parameters (besides the cursor and the limit)',
    )
  }
  return { revision, after }
}

/** A checksum is no proof that the cursor is ours. */
const isFields = (fields: readonly unknown[]): fields is BookmarkFields =>
  fields.every((field, at) => (at === 2 ? isRevision(field) : typeof field === 'string'))
