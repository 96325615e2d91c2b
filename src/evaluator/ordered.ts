// Objects in the order of their ids, as lazily as they are wanted: a heap, which takes n steps to
// make and log n for each object that is taken from it. So a first page of a thousand out of a
// million costs little more than looking at the million once.

import type { ObjectId, Snapshot } from './snapshot.js'

/** Others get their turn after this many steps of making the heap. */
const SLICE_STEPS = 5000

/**
 * The objects, those of which the id comes after `after`. A null is a moment at which others may have
 * their turn. The list is used up.
 * @param objects each once, all of one type
 */
export function* inOrder(
  snapshot: Snapshot,
  objects: ObjectId[],
  after: string | null,
): Generator<ObjectId | null, void> {
  if (after !== null) yield* keepAfter(snapshot, objects, after)
  for (let place = (objects.length >> 1) - 1; place >= 0; place--) {
    sink(snapshot, objects, place)
    if (place % SLICE_STEPS === 0) yield null
  }
  while (objects.length > 0) {
    const [first] = objects
    const last = objects.pop()!
    if (objects.length > 0) {
      objects[0] = last
      sink(snapshot, objects, 0)
    }
    yield first
  }
}

function* keepAfter(snapshot: Snapshot, objects: ObjectId[], after: string): Generator<null, void> {
  let kept = 0
  for (let place = 0; place < objects.length; place++) {
    if (snapshot.compareIdTo(objects[place], after) > 0) objects[kept++] = objects[place]
    if (place % SLICE_STEPS === SLICE_STEPS - 1) yield null
  }
  objects.length = kept
}

/** Moves the object down until it comes before both of those below it. */
function sink(snapshot: Snapshot, heap: ObjectId[], from: number): void {
  const object = heap[from]
  let place = from
  for (let below = 2 * place + 1; below < heap.length; below = 2 * place + 1) {
    const right = below + 1
    if (right < heap.length && snapshot.compareIds(heap[right], heap[below]) < 0) below = right
    if (snapshot.compareIds(object, heap[below]) <= 0) break
    heap[place] = heap[below]
    place = below
  }
  heap[place] = object
}
