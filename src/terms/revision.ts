// Revisions and their opaque form, the token. A revision is a position in a store's total order of
// changes, which counts from 1 without gaps; 0 is the empty store. A token also names its datastore
// and store, so that a token from elsewhere is recognised and not misread.

import { open, seal } from './opaque.js'
import { Refusal } from './refusal.js'
import type { StoreId } from './store.js'
import { fromWatchPosition, toWatchPosition, type WatchPosition } from './watchPosition.js'

declare const revisionBrand: unique symbol
export type Revision = number & { readonly [revisionBrand]: true }

export const REVISION_NONE = 0 as Revision
export const toRevision = (value: number): Revision => value as Revision

/** The permanent id of a datastore: a UUID made by its first migration. */
export type DatastoreId = string

/** A revision of one store, as clients hold it. */
export interface Token {
  readonly datastore: DatastoreId
  readonly store: StoreId
  readonly revision: Revision
  /** Position of a watch. Only watches need it; all other readers use the revision alone. */
  readonly position?: WatchPosition
}

const TOKEN_KIND = 't1'
const WATCH_KIND = 'w1'

export function printToken({ datastore, store, revision, position }: Token): string {
  const fields = [datastore, store, revision]
  return position === undefined
    ? seal(TOKEN_KIND, fields)
    : seal(WATCH_KIND, [...fields, ...fromWatchPosition(position)])
}

/** @throws Refusal `token-malformed` for a text that `printToken` has not made */
export function parseToken(text: string): Token {
  const plain = open(TOKEN_KIND, text)
  const [datastore, store, revision, ...rest] = plain ?? open(WATCH_KIND, text) ?? []
  const position = plain === null ? toWatchPosition(rest) : undefined
  if (
    typeof datastore !== 'string' ||
    typeof store !== 'string' ||
    !isRevision(revision) ||
    position === null
  ) {
    throw new Refusal('token-malformed', 'invalid revision requested')
  }
  return { datastore, store, revision, ...(position && { position }) }
}

/** Whether a value from outside can be a revision. */
export const isRevision = (value: unknown): value is Revision =>
  Number.isSafeInteger(value) && (value as number) >= REVISION_NONE
