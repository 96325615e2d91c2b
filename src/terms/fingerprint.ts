// The fingerprint of a revision, which tells it from another revision of the same number. A
// database that was promoted after a failure, or restored from a copy, may lack the last revisions
// and give their numbers to new ones; those have other fingerprints. A history only grows at its
// end, so two histories that agree on the fingerprint of one revision agree on everything before
// it.

import { fnv1a } from './fnv.js'

declare const fingerprintBrand: unique symbol
/** A fingerprint: an integer of 53 bits. */
export type RevisionFingerprint = number & { readonly [fingerprintBrand]: true }

/**
 * The fingerprint of a revision: two hashes of 32 and 21 bits over its time and request id. Every
 * write over HTTP has a request id, so two revisions have the same fingerprint by chance only.
 * @param at time of the commit, ms since 1970
 */
export function toFingerprint(at: number, requestId: string | null): RevisionFingerprint {
  const text = `${at} ${requestId ?? ''}`
  const low = fnv1a(text)
  const high = fnv1a(text, 0x9e3779b9, 0x85ebca6b)
  return ((high >>> 11) * 2 ** 32 + (low >>> 0)) as RevisionFingerprint
}
