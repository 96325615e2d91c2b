// Pairs: the table (integer, integer) ↔ dense number, numbered in the order of addition. It is a
// hash table with open addressing and linear probing over typed arrays. Nothing is ever removed. A
// slot holds the number of its pair plus one, so that zero means free and a new table needs no
// filling. A full table is replaced little by little, a few pairs with each addition.

import { NONE } from '../evaluator/index.js'
import { integers } from './column.js'

const SLOTS_MIN = 16
/** Pairs moved from a full table to the new one with each addition. One would suffice. */
const MOVED_PER_PAIR = 4

export class Pairs {
  readonly #firsts = integers()
  readonly #seconds = integers()
  #slots = new Int32Array(SLOTS_MIN)
  /** The previous table, until all of its pairs have been moved to the current one. */
  #previous: Int32Array | null = null
  /** Number of pairs moved so far. Pairs added since the last growth are in the current table. */
  #moved = 0
  #previousSize = 0

  get size(): number {
    return this.#firsts.length
  }

  get bytes(): number {
    const slots = this.#slots.byteLength + (this.#previous?.byteLength ?? 0)
    return this.#firsts.bytes + this.#seconds.bytes + slots
  }

  first(pair: number): number {
    return this.#firsts.cells[pair]
  }

  second(pair: number): number {
    return this.#seconds.cells[pair]
  }

  /** The number of the pair, or NONE. */
  find(first: number, second: number): number {
    const found = this.#slots[this.#slotOf(this.#slots, first, second)] - 1
    if (found !== NONE || this.#previous === null) return found
    return this.#previous[this.#slotOf(this.#previous, first, second)] - 1
  }

  /** The number of the pair. A new pair gets the `size` before the addition. */
  add(first: number, second: number): number {
    const known = this.find(first, second)
    if (known !== NONE) return known
    const slot = this.#slotOf(this.#slots, first, second)
    this.#firsts.push(first)
    const pair = this.#seconds.push(second)
    this.#slots[slot] = pair + 1
    if (this.#previous !== null) this.#move()
    if (this.size * 2 > this.#slots.length) this.#grow()
    return pair
  }

  /** The slot that holds the pair, or the free one where it belongs. */
  #slotOf(slots: Int32Array, first: number, second: number): number {
    const mask = slots.length - 1
    const firsts = this.#firsts.cells
    const seconds = this.#seconds.cells
    for (let slot = hash(first, second) & mask; ; slot = (slot + 1) & mask) {
      const pair = slots[slot] - 1
      if (pair === NONE || (firsts[pair] === first && seconds[pair] === second)) return slot
    }
  }

  #grow(): void {
    this.#previous = this.#slots
    this.#previousSize = this.size
    this.#moved = 0
    this.#slots = new Int32Array(this.#previous.length * 2)
  }

  #move(): void {
    const end = Math.min(this.#moved + MOVED_PER_PAIR, this.#previousSize)
    for (let pair = this.#moved; pair < end; pair++) {
      this.#slots[this.#slotOf(this.#slots, this.first(pair), this.second(pair))] = pair + 1
    }
    this.#moved = end
    if (end === this.#previousSize) this.#previous = null
  }
}

function hash(first: number, second: number): number {
  const mixed = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b)
  const folded = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d)
  return folded ^ (folded >>> 13)
}
