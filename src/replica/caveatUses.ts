// Caveat uses by position: each distinct pair of name and context is kept once, however many
// relationships have it. Contexts that differ in the order of their keys count as distinct.

import { type CaveatUse, NONE } from '../evaluator/index.js'
import type { CaveatReference } from '../terms/index.js'

/** Rough bytes of a use besides its text: an object, a map entry, the context's fields. */
const OVERHEAD_BYTES = 200

export class CaveatUses {
  readonly #positions = new Map<string, number>()
  readonly #uses: CaveatUse[] = []
  /** By position: the key of each, which is kept anyway. */
  readonly #texts: string[] = []
  #textBytes = 0

  get size(): number {
    return this.#uses.length
  }

  /** An estimate: contexts are ordinary objects. */
  get bytes(): number {
    return this.#textBytes + this.#uses.length * OVERHEAD_BYTES
  }

  /** The use's position, NONE for no caveat. */
  add(caveat: CaveatReference | null): number {
    return caveat === null ? NONE : this.#add(toText(caveat), caveat)
  }

  /** The position of a use of others, which is not made text again. */
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
