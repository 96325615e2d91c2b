// The costs of a lookup in this process: the rate of its items, the time to the first item, the
// longest time for which it blocks other work, and the memory that it uses.

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** A lookup that yields its items, with null wherever it pauses. */
export type Lookup = () => Iterable<unknown>

export interface LookupFigures {
  readonly items: number
  readonly totalMs: number
  readonly firstMs: number
  /** The longest time between two pauses. */
  readonly turnMs: number
  /** Live bytes at the first item and at the last one, beyond those before the lookup. */
  readonly heldAtFirst: number
  readonly heldAtLast: number
}

const WARM_UPS = 5

/** Measures lookups, after warming up all of them. */
export function measureLookups<Name extends string>(
  lookups: readonly (readonly [Name, Lookup])[],
): readonly (readonly [Name, LookupFigures])[] {
  for (let round = 0; round < WARM_UPS; round++) for (const [, lookup] of lookups) timed(lookup)
  return lookups.map(([name, lookup]) => [name, { ...timed(lookup), ...weighed(lookup) }] as const)
}

function timed(lookup: Lookup) {
  const start = performance.now()
  let [items, firstMs, turnMs, turnStart] = [0, 0, 0, start]
  for (const item of lookup()) {
    if (item === null) {
      const now = performance.now()
      turnMs = Math.max(turnMs, now - turnStart)
      turnStart = now
    } else if (items++ === 0) firstMs = performance.now() - start
  }
  return { items, totalMs: performance.now() - start, firstMs, turnMs }
}

function weighed(lookup: Lookup) {
  const before = heldBytes()
  let [heldAtFirst, count] = [0, 0]
  const { items } = timed(lookup)
  for (const item of lookup()) {
    if (item === null) continue
    count++
    if (count === 1) heldAtFirst = heldBytes() - before
    if (count === items) return { heldAtFirst, heldAtLast: heldBytes() - before }
  }
  return { heldAtFirst, heldAtLast: 0 }
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/**
 * Live bytes of the heap. Buffers are not counted: lookups have maps and lists only, and buffers
 * belong to the graph.
 */
export function heldBytes(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}
