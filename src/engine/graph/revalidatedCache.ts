// Answers that are kept for as long as they are known to be still so: none of the resources that they
// were worked out from has been written to since, and nothing has expired. The oldest go when there are
// too many: to find one moves nothing, since a sheet finds fifty.

import type { ObjectReference, Revision } from '../../terms/index.js'
import type { ResourceWrites } from './resourceWrites.js'

export interface Revalidated<Value> {
  readonly value: Value
  /** The resources whose rows it depends on; null for any: it then holds for its revision only. */
  readonly resources: readonly ObjectReference[] | null
  /** When something that it counts expires, ms since 1970; Infinity for never. */
  readonly until: number
}

/** As of when. */
interface Moment {
  readonly revision: Revision
  /** Ms since 1970. */
  readonly now: number
}

interface CachedValue<Value> extends Revalidated<Value>, Moment {}

export class RevalidatedCache<Value> {
  readonly #resourceWrites: ResourceWrites
  readonly #max: number
  /** The oldest first. */
  readonly #entries = new Map<string, CachedValue<Value>>()

  constructor(resourceWrites: ResourceWrites, max: number) {
    this.#resourceWrites = resourceWrites
    this.#max = max
  }

  find(key: string, moment: Moment): Value | undefined {
    const entry = this.#entries.get(key)
    return entry !== undefined && this.#holds(entry, moment) ? entry.value : undefined
  }

  keep(key: string, { revision, now }: Moment, worked: Revalidated<Value>): Value {
    this.#entries.delete(key)
    this.#entries.set(key, { ...worked, revision, now })
    if (this.#entries.size > this.#max) {
      const [oldest] = this.#entries.keys()
      this.#entries.delete(oldest)
    }
    return worked.value
  }

  #holds(entry: CachedValue<Value>, { revision, now }: Moment): boolean {
    if (now < entry.now || now >= entry.until) return false
    if (revision === entry.revision) return true
    const { resources } = entry
    return (
      resources?.every(each => this.#resourceWrites.same(each, entry.revision, revision)) ?? false
    )
  }
}
