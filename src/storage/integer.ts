// The conversion of bigint columns to numbers. Everything that is counted here stays far below
// 2^53.

import { assert } from '../terms/index.js'

export function toSafeInteger(text: string): number {
  const value = Number(text)
  assert(Number.isSafeInteger(value), `a bigint column fits a number, but found ${text}`)
  return value
}
