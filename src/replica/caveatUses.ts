// Caveat uses by position: each distinct pair of name and context is kept once, however many
// relationships have it. Contexts that differ in the order of their keys count as distinct.

import { type CaveatUse, NONE } from '../evaluator/index.js'
import type { CaveatReference } from '../terms/index.js'

/** Rough bytes of a use besides its text: an object, a map entry, the context's fields. */
const OVERHEAD_BYTES = 200

export class CaveatUses {
  readonly #positions = new Map<string, number>()
  readonly #uses: CaveatUse[] = []
  #textBytes = 0

  /** An estimate: contexts are ordinary objects. */
  get bytes(): number {
    return this.#textBytes + this.#uses.length * OVERHEAD_BYTES
  }

  /** The use's position, NONE for no caveat. */
  add(caveat: CaveatReference | null): number {
    if (caveat === null) return NONE
    const text = `${caveat.name}:${JSON.stringify(caveat.context)}`
    const known = this.#positions.get(text)
    if (known !== undefined) return known
    const position = this.#uses.push({ name: caveat.name, context: caveat.context }) - 1
    this.#positions.set(text, position)
    this.#textBytes += text.length * 2
    return position
  }

  at(position: number): CaveatUse | null {
    return position === NONE ? null : this.#uses[position]
  }
}
