// The part of a lookup's candidates that is looked at together where the graph is not held as a whole:
// those of the least ids behind the last one, so many as there is room for. As soon as there are more,
// the farthest are left to the next window, and what lies beyond is not looked at any more: lists
// that come in the order of ids are not even read there. So memory is that of a window, however many
// candidates there are, and each list is gone through once in all windows together.
//
// This works for candidates that lead on to nothing. Those of places that do are all gone through in
// each window; with their number the room grows, so that there are as few windows as it takes to pay.

import { ByteColumn } from './byteColumn.js'
import { sink } from './ordered.js'
import type { IdRange, ObjectId, Snapshot } from './snapshot.js'

export class Window implements IdRange {
  readonly type: string
  readonly after: string | null
  /** The window is complete up to here; null while there is room for all. */
  until: string | null = null
  readonly #snapshot: Snapshot
  #room: number
  #places = 0
  readonly #admitted = new ByteColumn()
  /** In any order; once there were more than there is room for, as a heap, the farthest first. */
  readonly #objects: ObjectId[] = []

  /** @param room candidates, at least */
  constructor(
    snapshot: Snapshot,
    { type, after, room }: Pick<IdRange, 'type' | 'after'> & { readonly room: number },
  ) {
    this.type = type
    this.after = after
    this.#snapshot = snapshot
    this.#room = room
  }

  /** One more place that leads on. */
  lead(): void {
    this.#places++
    if (this.until === null) this.#room = Math.max(this.#room, this.#places)
  }

  /** Whether the object is to be looked at. */
  admit(object: ObjectId): boolean {
    if (!this.holds(object)) return false
    if (this.#admitted.get(object) === 1) return true
    this.#admitted.set(object, 1)
    const objects = this.#objects
    if (this.until !== null) {
      // It comes before the farthest, whose place it takes.
      objects[0] = object
      this.#sink(0)
    } else if (objects.push(object) > this.#room) {
      for (let place = (objects.length >> 1) - 1; place >= 0; place--) this.#sink(place)
      objects[0] = objects.pop()!
      this.#sink(0)
    } else return true
    this.until = this.#snapshot.idOf(objects[0])
    return this.holds(object)
  }

  holds(object: ObjectId): boolean {
    const { after, until } = this
    if (after !== null && this.#snapshot.compareIdTo(object, after) <= 0) return false
    return until === null || this.#snapshot.compareIdTo(object, until) <= 0
  }

  #sink(place: number): void {
    sink(this.#objects, place, (a, b) => this.#snapshot.compareIds(b, a))
  }
}
