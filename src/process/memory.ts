// The memory of the machine or of the process's control group, and the default share of it for
// graphs. Node reads the limits of both versions of control groups.

import { totalmem } from 'node:os'
import { getHeapStatistics } from 'node:v8'

/** The memory that this process may use, bytes. */
function availableMemory(): number {
  // An absent limit is 0, or more than any machine has.
  const constrained = process.constrainedMemory() ?? 0
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem()
}

/**
 * The default room for all graphs, bytes. The other half is for cached relationship lists, requests
 * under way, and graphs that exist twice while they are compacted.
 */
export const defaultGraphMemory = (): number => Math.floor(availableMemory() / 2)

/**
 * A warning when graphs may take more than V8's heap, or null. Nearly all of a graph is in buffers
 * outside that heap; only caveat contexts are inside.
 */
export function heapWarning(memory: number): string | null {
  const heap = getHeapStatistics().heap_size_limit
  if (heap >= memory) return null
  const [heapMiB, memoryMiB] = [heap, memory].map(bytes => Math.floor(bytes / 2 ** 20))
  return (
    `graphs may take ${memoryMiB} MiB, but V8's heap only ${heapMiB} MiB: if many ` +
    `relationships have caveat contexts, which are kept there, raise it with ` +
    `NODE_OPTIONS=--max-old-space-size=${memoryMiB}`
  )
}
