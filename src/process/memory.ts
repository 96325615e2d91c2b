// The memory of the machine, or of the control group that the process is confined to, and what of it
// the graphs of a node may take by default. Node reads the limits of both versions of control groups.

import { totalmem } from 'node:os'
import { getHeapStatistics } from 'node:v8'

/** What this process may have, bytes. */
function availableMemory(): number {
  // Absent limits are 0, or beyond any machine.
  const constrained = process.constrainedMemory() ?? 0
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem()
}

/** Half is left for the rest: rows, requests under way, and graphs while they are made anew. */
export const defaultGraphMemory = (): number => Math.floor(availableMemory() / 2)

/**
 * A warning for a bound beyond what V8 may have, or null. Nearly all of a graph is in buffers, which
 * are not part of that heap; only the contexts of caveats are.
 */
export function heapWarning(memory: number): string | null {
  const heap = getHeapStatistics().heap_size_limit
  if (heap >= memory) return null
  const [heapMiB, memoryMiB] = [heap, memory].map(bytes => Math.floor(bytes / 2 ** 20))
  return `graphs may take ${memoryMiB} MiB, but V8's heap only ${heapMiB} MiB: if many relationships have caveat contexts, which are kept there, raise it with NODE_OPTIONS=--max-old-space-size=${memoryMiB}`
}
