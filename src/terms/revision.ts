// Revisions and their opaque form, the token. A revision is a place in a store's one total order of
// changes, from 1 without gaps; 0 is the empty store. A token also says which store of which
// datastore it belongs to, so that one from elsewhere is recognised rather than misread.

import { open, seal } from './opaque.js'
import { Refusal } from './refusal.js'
import type { StoreId } from './store.js'
import { fromWatchPosition, toWatchPosition, type WatchPosition } from './watchPosition.js'

declare const revisionBrand: unique symbol
export type Revision = number & { readonly [revisionBrand]: true }

export const REVISION_NONE = 0 as Revision
export const toRevision = (value: number): Revision => value as Revision

/** Names a datastore for its whole life: a UUID made by its first migration. */
export type DatastoreId = string

export interface Token {
  readonly datastore: DatastoreId
  readonly store: StoreId
  readonly revision: Revision
  /** Where a watch was; whoever does not watch needs the revision only. */
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

/** @throws Refusal `token-malformed` for text that no service of ours has printed */
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

/** Whether the number, from outside, can be a revision. */
export const isRevision = (value: unknown): value is Revision =>
  Number.isSafeInteger(value) && (value as number) >= REVISION_NONE
