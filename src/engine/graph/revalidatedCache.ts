// A cache of results that stay usable as long as they are known to be unchanged: none of the
// resources that they were computed from has been written to since, and nothing has expired. When
// there are too many entries, the oldest is dropped. A hit does not reorder the entries, because
// one page of grants makes fifty of them.

import type { ObjectReference, Revision } from '../../terms/index.js'
import type { ResourceWrites } from './resourceWrites.js'

export interface Revalidated<Value> {
  readonly value: Value
  /**
   * The resources whose rows the value depends on; null for unknown ones: the value is then valid
   * for its revision only.
   */
  readonly resources: readonly ObjectReference[] | null
  /**
   * The time at which something that the value depends on expires, ms since 1970; Infinity for
   * never.
   */
  readonly until: number
}

/** The revision and the time of a question. */
interface Moment {
  readonly revision: Revision
  /** Milliseconds since 1970. */
  readonly now: number
}

interface CachedValue<Value> extends Revalidated<Value>, Moment {}

export class RevalidatedCache<Value> {
  readonly #resourceWrites: ResourceWrites
  readonly #max: number
  /** The entries, the oldest first. */
  readonly #entries = new Map<string, CachedValue<Value>>()

  constructor(resourceWrites: ResourceWrites, max: number) {
    this.#resourceWrites = resourceWrites
    this.#max = max
  }

  find(key: string, moment: Moment): Value | undefined {
    const entry = this.#entries.get(key)
    return entry !== undefined && this.#isValid(entry, moment) ? entry.value : undefined
  }

  keep(key: string, { revision, now }: Moment, computed: Revalidated<Value>): Value {
    this.#entries.delete(key)
    this.#entries.set(key, { ...computed, revision, now })
    if (this.#entries.size > this.#max) {
      const [oldest] = this.#entries.keys()
      this.#entries.delete(oldest)
    }
    return computed.value
  }

  #isValid(entry: CachedValue<Value>, { revision, now }: Moment): boolean {
    if (now < entry.now || now >= entry.until) return false
    if (revision === entry.revision) return true
    const { resources } = entry
    return (
      resources?.every(each => this.#resourceWrites.same(each, entry.revision, revision)) ?? false
    )
  }
}
