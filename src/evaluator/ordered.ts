// Objects in the order of their ids, sorted lazily with a heap: n steps to build it, and log n for
// each object taken. The first thousand out of a million therefore cost little more than one pass
// over the million.

import { Breather, type Turn } from './sliced.js'
import type { ObjectId, Snapshot } from './snapshot.js'

/** The ids between which objects are returned; null stands for no bound. */
interface HeapBounds {
  readonly after: string | null
  readonly until: string | null
  readonly turn?: Turn
}

/**
 * The objects in order, limited to ids after `after` and not after `until`. A yielded null lets
 * other work run. The list is consumed.
 * @param objects each once, all of one type
 */
export function* inOrder(
  snapshot: Snapshot,
  objects: ObjectId[],
  { after, until, turn }: HeapBounds,
): Generator<ObjectId | null, void> {
  const breather = new Breather(turn)
  const order: Order = (a, b) => snapshot.compareIds(a, b)
  if (after !== null) {
    yield* keep(objects, breather, object => snapshot.compareIdTo(object, after) > 0)
  }
  if (until !== null) {
    yield* keep(objects, breather, object => snapshot.compareIdTo(object, until) <= 0)
  }
  for (let index = (objects.length >> 1) - 1; index >= 0; index--) {
    siftDown(objects, index, order)
    if (breather.isDue()) yield null
  }
  while (objects.length > 0) {
    const [first] = objects
    const last = objects.pop()!
    if (objects.length > 0) {
      objects[0] = last
      siftDown(objects, 0, order)
    }
    yield first
  }
}

function* keep(
  objects: ObjectId[],
  breather: Breather,
  isKept: (object: ObjectId) => boolean,
): Generator<null, void> {
  let kept = 0
  for (let index = 0; index < objects.length; index++) {
    if (isKept(objects[index])) objects[kept++] = objects[index]
    if (breather.isDue()) yield null
  }
  objects.length = kept
}

/** A comparison: negative if the first object comes first. */
type Order = (a: ObjectId, b: ObjectId) => number

/** Moves an object down the heap until it comes before both of its children. */
export function siftDown(heap: ObjectId[], from: number, order: Order): void {
  const object = heap[from]
  let index = from
  for (let child = 2 * index + 1; child < heap.length; child = 2 * index + 1) {
    const right = child + 1
    if (right < heap.length && order(heap[right], heap[child]) < 0) child = right
    if (order(object, heap[child]) <= 0) break
    heap[index] = heap[child]
    index = child
  }
  heap[index] = object
}

/** The number of items that are sorted without a pause. */
const RUN = 256

/** Sorts the items. A yielded null lets other work run. */
export function* sorted<Item>(
  items: readonly Item[],
  order: (a: Item, b: Item) => number,
  breather: Breather,
): Generator<null, Item[]> {
  if (items.length <= RUN) return items.toSorted(order)
  const middle = items.length >> 1
  const left = yield* sorted(items.slice(0, middle), order, breather)
  const right = yield* sorted(items.slice(middle), order, breather)
  if (breather.isDue(RUN)) yield null
  const merged: Item[] = []
  for (let [i, j] = [0, 0]; i < left.length || j < right.length; ) {
    const isLeft = j === right.length || (i < left.length && order(left[i], right[j]) <= 0)
    merged.push(isLeft ? left[i++] : right[j++])
    if (breather.isDue()) yield null
  }
  return merged
}
