// Objects in the order of their ids, as lazily as they are wanted: a heap, which takes n steps to
// make and log n for each object that is taken from it. So a first page of a thousand out of a
// million costs little more than looking at the million once.

import { Breather, type Turn } from './sliced.js'
import type { ObjectId, Snapshot } from './snapshot.js'

/** Ids; null for no such bound. */
interface HeapBounds {
  readonly after: string | null
  readonly until: string | null
  readonly turn?: Turn
}

/**
 * The objects, those of which the id comes after `after`, and not after `until`. A null is a moment at
 * which others may have their turn. The list is used up.
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
  for (let place = (objects.length >> 1) - 1; place >= 0; place--) {
    sink(objects, place, order)
    if (breather.isDue()) yield null
  }
  while (objects.length > 0) {
    const [first] = objects
    const last = objects.pop()!
    if (objects.length > 0) {
      objects[0] = last
      sink(objects, 0, order)
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
  for (let place = 0; place < objects.length; place++) {
    if (isKept(objects[place])) objects[kept++] = objects[place]
    if (breather.isDue()) yield null
  }
  objects.length = kept
}

/** Negative if the first comes first. */
type Order = (a: ObjectId, b: ObjectId) => number

/** Moves the object down until it comes before both of those below it. */
export function sink(heap: ObjectId[], from: number, order: Order): void {
  const object = heap[from]
  let place = from
  for (let below = 2 * place + 1; below < heap.length; below = 2 * place + 1) {
    const right = below + 1
    if (right < heap.length && order(heap[right], heap[below]) < 0) below = right
    if (order(object, heap[below]) <= 0) break
    heap[place] = heap[below]
    place = below
  }
  heap[place] = object
}

/** What is sorted at once. */
const RUN = 256

/** The items in order; a null is a moment at which others may have their turn. */
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
