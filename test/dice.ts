// Random numbers from a seed (mulberry32). They are the same on every machine, so that the seed is
// enough to repeat a run.

/** Returns a whole number from 0 up to, but not including, `end`. */
export type Dice = (end: number) => number

export function toDice(seed: number): Dice {
  let state = seed | 0
  return end => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end)
  }
}

export const pick = <T>(dice: Dice, values: readonly T[]): T => values[dice(values.length)]
