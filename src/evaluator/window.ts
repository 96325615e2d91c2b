// The candidates of a lookup that are examined together when the graph is not held in memory: those
// with the least ids after a given one, as many as there is room for. Once there are more, the
// candidates with the greatest ids are left to the next window, and ids beyond the last one kept
// are no longer examined. Lists that come in the order of ids are not even read there. Memory is
// therefore that of one window, however many candidates there are, and all windows together read
// each list once.
//
// This works for candidates that lead to no others. Members that do lead on (to other objects) are
// all visited in every window. The room grows with their number, so that few windows repeat that
// work.

import { ByteColumn } from './byteColumn.js'
import { siftDown } from './ordered.js'
import type { IdRange, ObjectId, Snapshot } from './snapshot.js'

export class Window implements IdRange {
  readonly type: string
  readonly after: string | null
  /** The last id up to which the window is complete; null while every candidate fits. */
  until: string | null = null
  readonly #snapshot: Snapshot
  #room: number
  #leading = 0
  readonly #admitted = new ByteColumn()
  /**
   * The admitted objects: in any order while all fit, then as a heap with the greatest id first.
   */
  readonly #objects: ObjectId[] = []

  /** @param room the number of candidates that fit, at least */
  constructor(
    snapshot: Snapshot,
    { type, after, room }: Pick<IdRange, 'type' | 'after'> & { readonly room: number },
  ) {
    this.type = type
    this.after = after
    this.#snapshot = snapshot
    this.#room = room
  }

  /** Records one more visited member that leads on to other objects. */
  countLeading(): void {
    this.#leading++
    if (this.until === null) this.#room = Math.max(this.#room, this.#leading)
  }

  /** Whether the object belongs to the window. It is admitted if so. */
  admit(object: ObjectId): boolean {
    if (!this.holds(object)) return false
    if (this.#admitted.get(object) === 1) return true
    this.#admitted.set(object, 1)
    const objects = this.#objects
    if (this.until !== null) {
      // The object's id is less than the greatest one, which it replaces.
      objects[0] = object
      this.#siftDown(0)
    } else if (objects.push(object) > this.#room) {
      for (let index = (objects.length >> 1) - 1; index >= 0; index--) this.#siftDown(index)
      objects[0] = objects.pop()!
      this.#siftDown(0)
    } else return true
    this.until = this.#snapshot.idOf(objects[0])
    return this.holds(object)
  }

  holds(object: ObjectId): boolean {
    const { after, until } = this
    if (after !== null && this.#snapshot.compareIdTo(object, after) <= 0) return false
    return until === null || this.#snapshot.compareIdTo(object, until) <= 0
  }

  #siftDown(index: number): void {
    siftDown(this.#objects, index, (a, b) => this.#snapshot.compareIds(b, a))
  }
}
