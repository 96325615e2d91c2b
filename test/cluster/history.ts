// The history of a store, read from its database: the relationships at any revision, and the
// revision of each write. The judge compares the answers of nodes with it.

import { type Change, printIdentity, type Revision } from '../../src/terms/index.js'
import type { Moment } from './model.js'

/** From `created` up to, and without, `deleted`. */
interface Life {
  readonly created: Revision
  deleted: Revision | null
}

export class History {
  #head: Revision
  readonly #lives = new Map<string, Life[]>()
  /** The revisions by the id in the metadata of the write. */
  readonly #writes = new Map<string, Revision[]>()
  readonly #ids: string[] = []

  /** @param since what happened up to here is not its matter */
  constructor(since: Revision) {
    this.#head = since
  }

  get head(): Revision {
    return this.#head
  }

  /** The ids of the writes that changed something, in their order. */
  get ids(): readonly string[] {
    return this.#ids
  }

  take(changes: readonly Change[]): void {
    for (const { revision, note, created, deleted } of changes) {
      for (const each of deleted) {
        const life = this.#lives.get(printIdentity(each))?.at(-1)
        if (life !== undefined) life.deleted = revision
      }
      for (const each of created) this.#begin(printIdentity(each), revision)
      const id = `${note.metadata?.id}`
      this.#writes.set(id, [...(this.#writes.get(id) ?? []), revision])
      if (created.length + deleted.length > 0) this.#ids.push(id)
      this.#head = revision
    }
  }

  #begin(relationship: string, created: Revision): void {
    const lives = this.#lives.get(relationship) ?? []
    lives.push({ created, deleted: null })
    this.#lives.set(relationship, lives)
  }

  /** The revisions of a write: one, or none. */
  revisionsOf(id: string): readonly Revision[] {
    return this.#writes.get(id) ?? []
  }

  at(revision: Revision): Moment {
    return { has: relationship => this.#has(relationship, revision) }
  }

  /** Most questions are about revisions near the head. */
  #has(relationship: string, revision: Revision): boolean {
    const life = this.#lives.get(relationship)?.findLast(({ created }) => created <= revision)
    return life !== undefined && (life.deleted === null || life.deleted > revision)
  }

  /** All relationships at the head, in order. */
  now(): readonly string[] {
    return [...this.#lives.keys()].filter(each => this.#has(each, this.#head)).sort()
  }
}
