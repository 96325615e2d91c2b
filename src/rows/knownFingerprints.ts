// The fingerprints of the last revisions, as the change feed has brought them. A shared row names a
// revision and its fingerprint; it belongs to the history that this node follows only if the
// fingerprint is the one known here. Only a bounded number is kept, so rows of older revisions
// cannot be verified.

import {
  type Change,
  limits,
  type Revision,
  type RevisionFingerprint,
  toFingerprint,
  toRevision,
} from '../terms/index.js'

export class KnownFingerprints {
  /**
   * The fingerprints of consecutive revisions. NaN, which equals nothing, stands for an unknown
   * one.
   */
  #fingerprints: number[]
  /** The revision of the first fingerprint. */
  #firstRevision: Revision

  constructor(head: Revision, fingerprint: RevisionFingerprint | null) {
    this.#fingerprints = [fingerprint ?? Number.NaN]
    this.#firstRevision = head
  }

  /** Whether the revision is known by this fingerprint. */
  has(revision: Revision, fingerprint: RevisionFingerprint): boolean {
    return this.#fingerprints[revision - this.#firstRevision] === fingerprint
  }

  /** The fingerprint of the revision, or null if it is not known. */
  at(revision: Revision): RevisionFingerprint | null {
    const fingerprint = this.#fingerprints[revision - this.#firstRevision] as
      | RevisionFingerprint
      | undefined
    return fingerprint === undefined || Number.isNaN(fingerprint) ? null : fingerprint
  }

  /** Takes the changes that follow the last known revision. */
  take(changes: readonly Change[]): void {
    this.#fingerprints.push(...fingerprintsOf(changes))
    const surplus = this.#fingerprints.length - limits.marksMax
    // Only once the surplus is large, since dropping copies all that stay.
    if (surplus > limits.marksMax) {
      this.#fingerprints = this.#fingerprints.slice(surplus)
      this.#firstRevision = toRevision(this.#firstRevision + surplus)
    }
  }

  /** Takes the changes that came before. They may include the first known revision. */
  recall(changes: readonly Change[]): void {
    const earlier = fingerprintsOf(
      changes.filter(({ revision }) => revision <= this.#firstRevision),
    )
    const since = changes[0].revision
    if (earlier.length === 0 || since + earlier.length < this.#firstRevision) return
    this.#fingerprints = [
      ...earlier,
      ...this.#fingerprints.slice(since + earlier.length - this.#firstRevision),
    ]
    this.#firstRevision = since
  }
}

const fingerprintsOf = (changes: readonly Change[]): readonly RevisionFingerprint[] =>
  changes.flatMap(({ at, note, partial = false }) =>
    partial ? [] : toFingerprint(at, note.requestId),
  )
