// Bounds on the size of a schema that is being written. The parser checks them while it reads and
// stops at the first one that is exceeded, so a refused text costs no more than an accepted one. A
// stored schema was accepted when it was written, perhaps under other bounds, so none apply to it.

import { limits } from '../terms/index.js'
import type { Report } from './report.js'
import type { SourceRange } from './source.js'

/** Bounds on one schema text, each a count. */
export interface Bounds {
  /** Relations and permissions, including those that come from partials. */
  readonly members: number
  /** Definitions, partials and caveats. */
  readonly declarations: number
  /** Tokens of one relation or permission, or of the head of a definition or caveat. */
  readonly itemTokens: number
  /** Characters of comments and blanks before one token. */
  readonly gap: number
  /** Tokens of one caveat's expression. */
  readonly caveatTokens: number
  /** Members behind all annotated permissions together. */
  readonly annotatedMembers: number
}

/** The bounds for a stored schema: none. */
export const STORED: Bounds = {
  members: Number.POSITIVE_INFINITY,
  declarations: Number.POSITIVE_INFINITY,
  itemTokens: Number.POSITIVE_INFINITY,
  gap: Number.POSITIVE_INFINITY,
  caveatTokens: Number.POSITIVE_INFINITY,
  annotatedMembers: Number.POSITIVE_INFINITY,
}

/** The bounds for a schema that is being written. */
export const WRITTEN: Bounds = {
  members: limits.schemaMembersMax,
  declarations: limits.schemaDeclarationsMax,
  itemTokens: limits.schemaItemTokensMax,
  gap: limits.schemaGapMax,
  caveatTokens: limits.caveatTokensMax,
  annotatedMembers: limits.annotatedMembersMax,
}

/** Ends the reading of the whole text. The thrower has already reported the mistake. */
export class OutOfBounds extends Error {}

/**
 * Reports that a bound is exceeded and stops the reading.
 * @throws OutOfBounds
 */
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
