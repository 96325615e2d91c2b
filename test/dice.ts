// Random numbers by a seed (mulberry32): small, fast, and the same everywhere, so that a run can be told
// to another by one number.

/** A whole number from 0 up to, without, `end`. */
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
