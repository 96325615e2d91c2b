// A set of small integers with one bit each. It stands in front of a hash table: most look-ups are
// for absent keys, and the bits answer those from a few cached bytes.

import { integers } from './column.js'

const WORD_BITS_LOG = 5
const WORD_MASK = 31

export class Bits {
  readonly #words = integers()

  get bytes(): number {
    return this.#words.bytes
  }

  has(bit: number): boolean {
    const word = bit >>> WORD_BITS_LOG
    return word < this.#words.length && ((this.#words.cells[word] >>> (bit & WORD_MASK)) & 1) === 1
  }

  add(bit: number): void {
    const word = bit >>> WORD_BITS_LOG
    this.#words.extend(word + 1)
    this.#words.cells[word] |= 1 << (bit & WORD_MASK)
  }
}
