// The text form of a fetch, under which its row is cached and shared.

import { type Fetch, printIdentity, printSubject, writeKeyOf } from '../terms/index.js'

/**
 * Whether the fetch is of a single relationship or of the beginning of a list. Later chunks of a
 * list are of no use to other questions.
 */
export const isFirstPage = (fetch: Fetch): boolean => fetch.kind === 'one' || fetch.after === null

/** Prints the fetch. The text is unique for each fetch of a store. */
export function printFetch(fetch: Fetch): string {
  if (fetch.kind === 'one') return `one ${printIdentity(fetch.identity)}`
  const { kind, after, limit } = fetch
  const first = `${kind} ${writeKeyOf(fetch)}`
  return after === null ? first : `${first} ${limit} after ${printSubject(after)}`
}
