// By which mark this node knows each of the last revisions, as the change feed tells them. What others
// have put into a shared place names a revision; it is of the history that this node follows if it
// names the mark too. A bounded number is kept: of what is older nothing is known.

import {
  type Change,
  limits,
  type Revision,
  type RevisionFingerprint,
  toFingerprint,
  toRevision,
} from '../terms/index.js'

export class KnownFingerprints {
  /** Of consecutive revisions; NaN, which is like nothing, where it is not known. */
  #marks: number[]
  /** That the first is of. */
  #first: Revision

  constructor(head: Revision, fingerprint: RevisionFingerprint | null) {
    this.#marks = [fingerprint ?? Number.NaN]
    this.#first = head
  }

  /** Whether the mark is the one that the revision is known by. */
  has(revision: Revision, fingerprint: RevisionFingerprint): boolean {
    return this.#marks[revision - this.#first] === fingerprint
  }

  /** Null when it is not known. */
  at(revision: Revision): RevisionFingerprint | null {
    const fingerprint = this.#marks[revision - this.#first] as RevisionFingerprint | undefined
    return fingerprint === undefined || Number.isNaN(fingerprint) ? null : fingerprint
  }

  take(changes: readonly Change[]): void {
    this.#marks.push(...marksOf(changes))
    const surplus = this.#marks.length - limits.marksMax
    // Now and then, since all that stay are moved.
    if (surplus > limits.marksMax) {
      this.#marks = this.#marks.slice(surplus)
      this.#first = toRevision(this.#first + surplus)
    }
  }

  /** Takes what came before; the first that is kept may be among it. */
  recall(changes: readonly Change[]): void {
    const earlier = marksOf(changes.filter(({ revision }) => revision <= this.#first))
    const since = changes[0].revision
    if (earlier.length === 0 || since + earlier.length < this.#first) return
    this.#marks = [...earlier, ...this.#marks.slice(since + earlier.length - this.#first)]
    this.#first = since
  }
}

const marksOf = (changes: readonly Change[]): readonly RevisionFingerprint[] =>
  changes.flatMap(({ at, note, partial = false }) =>
    partial ? [] : toFingerprint(at, note.requestId),
  )
