// The last write to each resource, as reported by the change feed. With it, a result computed from
// some rows is known to be still valid without reading the rows again. The memory is bounded: a
// resource that is not remembered counts as written just before those that are.

import { type Change, type ObjectReference, printObject, type Revision } from '../../terms/index.js'

/** The number of resources remembered: some 1 MB. */
const KEPT_MAX = 10_000

export class ResourceWrites {
  /** The revision up to which any resource may have been written to. */
  #floor: Revision
  /** The revision after which writes are not known yet. */
  #head: Revision
  readonly #last = new Map<string, Revision>()

  constructor(since: Revision) {
    this.#floor = since
    this.#head = since
  }

  take(changes: readonly Change[]): void {
    for (const { revision, created, deleted, schemaChanged, partial = false } of changes) {
      if (schemaChanged) this.restart(revision)
      for (const { resource } of created) this.#record(resource, revision)
      for (const { resource } of deleted) this.#record(resource, revision)
      if (!partial) this.#head = revision
    }
  }

  /**
   * Forgets everything up to `since`: changes were missed, or a new schema changed the meaning of
   * all rows.
   */
  restart(since: Revision): void {
    this.#last.clear()
    this.#floor = since
    this.#head = since
  }

  /**
   * Whether the resource's rows are known to be the same at both revisions and to mean the same.
   */
  same(resource: ObjectReference, a: Revision, b: Revision): boolean {
    if (Math.max(a, b) > this.#head) return false
    return (this.#last.get(printObject(resource)) ?? this.#floor) <= Math.min(a, b)
  }

  #record(resource: ObjectReference, revision: Revision): void {
    if (this.#last.size >= KEPT_MAX) this.restart(revision)
    this.#last.set(printObject(resource), revision)
  }
}
