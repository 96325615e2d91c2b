// Objects in the order of their ids, as lazily as they are wanted: a heap, which takes n steps to
// make and log n for each object that is taken from it. So a first page of a thousand out of a
// million costs little more than looking at the million once.

import type { ObjectId, Snapshot } from './snapshot.js'

/** Ids; null for no such bound. */
interface Bounds {
  readonly after: string | null
  readonly until: string | null
}

/** Others get their turn after this many steps of making the heap. */
const SLICE_STEPS = 5000

/**
 * The objects, those of which the id comes after `after`, and not after `until`. A null is a moment at which others may have
 * their turn. The list is used up.
 * @param objects each once, all of one type
 */
export function* inOrder(
  snapshot: Snapshot,
  objects: ObjectId[],
  { after, until }: Bounds,
): Generator<ObjectId | null, void> {
  const order: Order = (a, b) => snapshot.compareIds(a, b)
  if (after !== null) yield* keep(objects, object => snapshot.compareIdTo(object, after) > 0)
  if (until !== null) yield* keep(objects, object => snapshot.compareIdTo(object, until) <= 0)
  for (let place = (objects.length >> 1) - 1; place >= 0; place--) {
    sink(objects, place, order)
    if (place % SLICE_STEPS === 0) yield null
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

function* keep(objects: ObjectId[], isKept: (object: ObjectId) => boolean): Generator<null, void> {
  let kept = 0
  for (let place = 0; place < objects.length; place++) {
    if (isKept(objects[place])) objects[kept++] = objects[place]
    if (place % SLICE_STEPS === SLICE_STEPS - 1) yield null
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
