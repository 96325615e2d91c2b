// What a revision is known by beside its number. A database that takes another's place after a failure,
// or was restored from a copy, may lack the last revisions and give their numbers to others; those have
// other marks. Since a history only ever grows at its end, two that agree on the mark of a revision agree
// on all that was before it.

import { fnv1a } from './fnv.js'

declare const markBrand: unique symbol
/** 53 bits. */
export type RevisionFingerprint = number & { readonly [markBrand]: true }

/**
 * Two hashes over the code units, of 32 and 21 bits: what comes by a request id, as all that comes by
 * HTTP does, gets the mark of another revision by chance only.
 * @param at when it was committed, ms since 1970
 */
export function toFingerprint(at: number, requestId: string | null): RevisionFingerprint {
  const text = `${at} ${requestId ?? ''}`
  const low = fnv1a(text)
  const high = fnv1a(text, 0x9e3779b9, 0x85ebca6b)
  return ((high >>> 11) * 2 ** 32 + (low >>> 0)) as RevisionFingerprint
}
