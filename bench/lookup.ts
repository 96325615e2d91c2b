// What a lookup costs in this process: how fast its items come, how soon the first one, for how long
// nobody else has a turn, and what memory it holds meanwhile.

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Items, with a null wherever the lookup pauses. */
export type Lookup = () => Iterable<unknown>

export interface LookupFigures {
  readonly items: number
  readonly totalMs: number
  readonly firstMs: number
  /** The longest time between two pauses. */
  readonly turnMs: number
  /** Bytes held, garbage apart, beyond those held before: at the first item and at the last. */
  readonly heldAtFirst: number
  readonly heldAtLast: number
}

const WARM_UPS = 5

/** Lookups of all kinds warm up before any is measured. */
export function measureLookups<Name extends string>(
  lookups: readonly (readonly [Name, Lookup])[],
): readonly (readonly [Name, LookupFigures])[] {
  for (let round = 0; round < WARM_UPS; round++) for (const [, lookup] of lookups) timed(lookup)
  return lookups.map(([name, lookup]) => [name, { ...timed(lookup), ...weighed(lookup) }] as const)
}

function timed(lookup: Lookup) {
  const begin = performance.now()
  let [items, firstMs, turnMs, turn] = [0, 0, 0, begin]
  for (const item of lookup()) {
    if (item === null) {
      const now = performance.now()
      turnMs = Math.max(turnMs, now - turn)
      turn = now
    } else if (items++ === 0) firstMs = performance.now() - begin
  }
  return { items, totalMs: performance.now() - begin, firstMs, turnMs }
}

function weighed(lookup: Lookup) {
  const before = heldBytes()
  let [heldAtFirst, last] = [0, 0]
  const { items } = timed(lookup)
  for (const item of lookup()) {
    if (item === null) continue
    last++
    if (last === 1) heldAtFirst = heldBytes() - before
    if (last === items) return { heldAtFirst, heldAtLast: heldBytes() - before }
  }
  return { heldAtFirst, heldAtLast: 0 }
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Lookups hold maps and lists only; buffers are those of the graph, some of them not yet let go. */
export function heldBytes(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}
