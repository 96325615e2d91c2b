// The bounds of a text, met while it is read: what is over one of them ends the reading there, so
// that a refusal costs no more than what would have been accepted. A text that is stored was
// accepted once, by whatever bounds, and has none.

import { limits } from '../terms/index.js'
import type { Report } from './report.js'
import type { SourceRange } from './source.js'

export interface Bounds {
  /** Relations and permissions, those that come from partials included. */
  readonly members: number
  /** Definitions, partials and caveats. */
  readonly declarations: number
  /** Tokens of one relation or permission, or of the head of a definition or caveat. */
  readonly itemTokens: number
  /** Characters of the comments and blanks before one token. */
  readonly gap: number
  /** Tokens of one caveat's expression. */
  readonly caveatTokens: number
  /** Members behind all annotated permissions together. */
  readonly annotatedMembers: number
}

export const STORED: Bounds = {
  members: Number.POSITIVE_INFINITY,
  declarations: Number.POSITIVE_INFINITY,
  itemTokens: Number.POSITIVE_INFINITY,
  gap: Number.POSITIVE_INFINITY,
  caveatTokens: Number.POSITIVE_INFINITY,
  annotatedMembers: Number.POSITIVE_INFINITY,
}

export const WRITTEN: Bounds = {
  members: limits.schemaMembersMax,
  declarations: limits.schemaDeclarationsMax,
  itemTokens: limits.schemaItemTokensMax,
  gap: limits.schemaGapMax,
  caveatTokens: limits.caveatTokensMax,
  annotatedMembers: limits.annotatedMembersMax,
}

/** Reported already; thrown to end the reading of the whole text. */
export class OutOfBounds extends Error {}

/** @throws OutOfBounds */
export function refuseExcess(
  report: Report,
  code: string,
  found: { readonly max: number; readonly what: string },
  at: SourceRange,
): never {
  const message = `found over ${found.max} ${found.what}, expected at most that`
  report.add({ class: 'parse', code, message, at })
  throw new OutOfBounds()
}
