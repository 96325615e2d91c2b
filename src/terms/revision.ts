// Revisions and their opaque form, the token. A revision is a place in a store's one total order of
// changes, from 1 without gaps; 0 is the empty store. A token also says which store of which
// datastore it belongs to, so that one from elsewhere is recognised rather than misread.

import { open, seal } from './opaque.js'
import { Refusal } from './refusal.js'
import type { StoreId } from './store.js'

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
}

const TOKEN_KIND = 't1'

export const printToken = (token: Token): string =>
  seal(TOKEN_KIND, [token.datastore, token.store, token.revision])

/** @throws Refusal `token-malformed` for text that no service of ours has printed */
export function parseToken(text: string): Token {
  const [datastore, store, revision] = open(TOKEN_KIND, text) ?? []
  if (typeof datastore !== 'string' || typeof store !== 'string' || !isRevision(revision)) {
    throw new Refusal('token-malformed', 'invalid revision requested')
  }
  return { datastore, store, revision }
}

/** Whether the number, from outside, can be a revision. */
export const isRevision = (value: unknown): value is Revision =>
  Number.isSafeInteger(value) && (value as number) >= REVISION_NONE
