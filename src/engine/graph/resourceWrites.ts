// When each resource was last written to, as the change feed tells: so that what was worked out from
// some of its rows can be known to be still so, without looking at them again. Bounded: what is not
// remembered counts as written just before what is.

import { type Change, type ObjectReference, printObject, type Revision } from '../../terms/index.js'

/** Resources that are remembered: some 1 MB. */
const KEPT_MAX = 10_000

export class ResourceWrites {
  /** Up to here, anything may have been written. */
  #floor: Revision
  /** What was written after this is not known yet. */
  #head: Revision
  readonly #last = new Map<string, Revision>()

  constructor(since: Revision) {
    this.#floor = since
    this.#head = since
  }

  take(changes: readonly Change[]): void {
    for (const { revision, created, deleted, schemaChanged, partial = false } of changes) {
      if (schemaChanged) this.restart(revision)
      for (const { resource } of created) this.#touch(resource, revision)
      for (const { resource } of deleted) this.#touch(resource, revision)
      if (!partial) this.#head = revision
    }
  }

  /** Changes up to `since` were missed, or change the meaning of all. */
  restart(since: Revision): void {
    this.#last.clear()
    this.#floor = since
    this.#head = since
  }

  /** Whether the resource's rows are known to be the same at both revisions, and to mean the same. */
  same(resource: ObjectReference, a: Revision, b: Revision): boolean {
    if (Math.max(a, b) > this.#head) return false
    return (this.#last.get(printObject(resource)) ?? this.#floor) <= Math.min(a, b)
  }

  #touch(resource: ObjectReference, revision: Revision): void {
    if (this.#last.size >= KEPT_MAX) this.restart(revision)
    this.#last.set(printObject(resource), revision)
  }
}
