// Whether a database still has the history that a follower has followed. One that takes another's place
// after a failure may lack its last revisions, and give their numbers to others; whoever went on as if
// nothing had happened would answer from a mixture of two histories.

import { Refusal, type Revision } from '../terms/index.js'

/** What a revision is known by beside its number. */
export interface Mark {
  /** When it was committed, ms since 1970; null when nothing is kept of it. */
  readonly at: number | null
  readonly requestId: string | null
}

/** The revision that was followed last, as the database has it now. */
export interface Followed {
  readonly revision: Revision
  readonly head: Revision
  readonly mark: Mark
}

/**
 * @param known the mark that the revision had; null when it was not looked at yet
 * @throws Refusal `history-lost` when it is not there, or is another one
 */
export function requireHistory({ revision, head, mark }: Followed, known: Mark | null): void {
  if (head < revision) {
    throw lost(`this node has followed it to revision ${revision}, but it ends at ${head}`)
  }
  // Of an old revision without a note nothing is kept.
  if (known === null || known.at === null || mark.at === null) return
  if (mark.at !== known.at || mark.requestId !== known.requestId) {
    throw lost(`revision ${revision} is not the one that this node has followed`)
  }
}

const lost = (how: string): Refusal =>
  new Refusal(
    'history-lost',
    `the datastore has lost a part of its history: ${how}; nothing is answered from it until this node is started again`,
  )
