// Caveat uses by position. A use is a caveat's name with a stored context; each distinct one is
// kept once, however many relationships have it. Contexts that differ in the order of keys are
// distinct.

import { type CaveatUse, NONE } from '../evaluator/index.js'
import type { CaveatReference } from '../terms/index.js'

/** Approximate bytes of a use without its text: an object, a map entry, the context's fields. */
const OVERHEAD_BYTES = 200

export class CaveatUses {
  readonly #positions = new Map<string, number>()
  readonly #uses: CaveatUse[] = []
  /** The map's keys by position. They cost nothing, as the map keeps the same strings. */
  readonly #texts: string[] = []
  #textBytes = 0

  get size(): number {
    return this.#uses.length
  }

  /** An estimate, since contexts are ordinary objects. */
  get bytes(): number {
    return this.#textBytes + this.#uses.length * OVERHEAD_BYTES
  }

  /** Adds the use if it is new and returns its position. Returns NONE for no caveat. */
  add(caveat: CaveatReference | null): number {
    return caveat === null ? NONE : this.#add(toText(caveat), caveat)
  }

  /** Adds a use of another table, whose text need not be made again. Returns its position. */
  addFrom(others: CaveatUses, position: number): number {
    return this.#add(others.#texts[position], others.#uses[position])
  }

  at(position: number): CaveatUse | null {
    return position === NONE ? null : this.#uses[position]
  }

  #add(text: string, { name, context }: CaveatUse): number {
    const known = this.#positions.get(text)
    if (known !== undefined) return known
    const position = this.#uses.push({ name, context }) - 1
    this.#positions.set(text, position)
    this.#texts.push(text)
    this.#textBytes += text.length * 2
    return position
  }
}

const toText = ({ name, context }: CaveatReference): string => `${name}:${JSON.stringify(context)}`
