// Pairs of integers ↔ dense numbers in the order in which they come: a hash table with open
// addressing and linear probing over typed arrays. Nothing is ever taken out. A slot holds the
// number of its pair plus one, so that zero means free and a new table needs no filling.

import { NONE } from '../evaluator/index.js'
import { integers } from './column.js'

const SLOTS_MIN = 16

export class Pairs {
  readonly #firsts = integers()
  readonly #seconds = integers()
  #slots = new Int32Array(SLOTS_MIN)

  get size(): number {
    return this.#firsts.length
  }

  get bytes(): number {
    return this.#firsts.bytes + this.#seconds.bytes + this.#slots.byteLength
  }

  first(pair: number): number {
    return this.#firsts.cells[pair]
  }

  second(pair: number): number {
    return this.#seconds.cells[pair]
  }

  /** The number of the pair, or NONE. */
  find(first: number, second: number): number {
    return this.#slots[this.#slotOf(first, second)] - 1
  }

  /** The number of the pair; if it is new, the former `size`. */
  add(first: number, second: number): number {
    const slot = this.#slotOf(first, second)
    const known = this.#slots[slot] - 1
    if (known !== NONE) return known
    this.#firsts.push(first)
    const pair = this.#seconds.push(second)
    this.#slots[slot] = pair + 1
    if (this.size * 2 > this.#slots.length) this.#grow()
    return pair
  }

  /** The slot that holds the pair, or the free one where it belongs. */
  #slotOf(first: number, second: number): number {
    const slots = this.#slots
    const mask = slots.length - 1
    const firsts = this.#firsts.cells
    const seconds = this.#seconds.cells
    for (let slot = hash(first, second) & mask; ; slot = (slot + 1) & mask) {
      const pair = slots[slot] - 1
      if (pair === NONE || (firsts[pair] === first && seconds[pair] === second)) return slot
    }
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 2)
    for (let pair = 0; pair < this.size; pair++) {
      this.#slots[this.#slotOf(this.first(pair), this.second(pair))] = pair + 1
    }
  }
}

function hash(first: number, second: number): number {
  const mixed = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b)
  const folded = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d)
  return folded ^ (folded >>> 13)
}
