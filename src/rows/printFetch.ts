// What is wanted, as rows are found by it.

import { type Fetch, printIdentity, printSubject, writeKeyOf } from '../terms/index.js'

/** Whether it is the first of a list, or one: later stretches are worth nothing to anybody else. */
export const isFirstPage = (want: Fetch): boolean => want.kind === 'one' || want.after === null

/** Unique for each want of a store. */
export function printFetch(want: Fetch): string {
  if (want.kind === 'one') return `one ${printIdentity(want.identity)}`
  const { kind, after, limit } = want
  const first = `${kind} ${writeKeyOf(want)}`
  return after === null ? first : `${first} ${limit} after ${printSubject(after)}`
}
