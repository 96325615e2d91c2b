// What is wanted, as rows are found by it.

import { type Fetch, printIdentity, printSubject, writeKeyOf } from '../terms/index.js'

/** Whether it is the first of a list, or one: later stretches are worth nothing to anybody else. */
export const isFirstPage = (fetch: Fetch): boolean => fetch.kind === 'one' || fetch.after === null

/** Unique for each want of a store. */
export function printFetch(fetch: Fetch): string {
  if (fetch.kind === 'one') return `one ${printIdentity(fetch.identity)}`
  const { kind, after, limit } = fetch
  const first = `${kind} ${writeKeyOf(fetch)}`
  return after === null ? first : `${first} ${limit} after ${printSubject(after)}`
}
