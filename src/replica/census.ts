// The census: how many bytes of a graph's interner its base does not use. These are the objects,
// nodes and caveat uses of relationships that have been deleted. Names that are newer than the base
// are not counted. The result decides whether the next compaction gives all names new numbers.

import { NONE, type NodeId } from '../evaluator/index.js'
import type { LayeredGraph } from './layeredGraph.js'
import { NODE_BYTES } from './nodes.js'
import { OBJECT_BYTES } from './objects.js'
import { inSteps, type Steps } from './steps.js'

const UNUSED = 1
const USED = 2

/** @param usesKnown number of caveat uses when the base was begun; newer ones are not counted */
export function* unusedBytes({ base, interner }: LayeredGraph, usesKnown: number): Steps<number> {
  const { nodes, objects, uses } = interner
  let bytes = 0
  const ofObjects = new Uint8Array(objects.size)
  yield* inSteps(base.nodes, (start, end) => {
    for (let node = start as NodeId; node < end; node++) {
      const isUsed =
        base.rowStart(node) < base.rowEnd(node) || base.backStart(node) < base.backEnd(node)
      ofObjects[nodes.objectOf(node)] |= isUsed ? USED : UNUSED
      if (!isUsed) bytes += NODE_BYTES
    }
  })
  yield* inSteps(ofObjects.length, (start, end) => {
    for (let object = start; object < end; object++) {
      if (ofObjects[object] === UNUSED) bytes += OBJECT_BYTES + objects.lengthOf(object)
    }
  })
  return bytes + (yield* unusedUseBytes({ base, interner }, Math.min(usesKnown, uses.size)))
}

/** The bytes of unused caveat uses. Their texts differ in length, so each counts with the mean. */
function* unusedUseBytes(
  { base, interner: { uses } }: Pick<LayeredGraph, 'base' | 'interner'>,
  known: number,
): Steps<number> {
  if (known === 0) return 0
  const isUsed = new Uint8Array(known)
  let used = 0
  yield* inSteps(base.marked, (start, end) => {
    for (let mark = start; mark < end; mark++) {
      const use = base.useAt(mark)
      if (use === NONE || use >= known || isUsed[use] === 1) continue
      isUsed[use] = 1
      used++
    }
  })
  return ((known - used) * uses.bytes) / uses.size
}
