// The kinds that the working sets of one store have met, so that a schema is bound to them once. Here
// to find is to add: a working set cannot know what there is none of.

import type { KindId, Kinds } from '../evaluator/index.js'

export class KindTable implements Kinds {
  readonly #types: string[] = []
  readonly #relations: string[] = []
  readonly #ids = new Map<string, KindId>()

  get size(): number {
    return this.#types.length
  }

  find(type: string, relation: string): KindId {
    const name = `${type}#${relation}`
    const known = this.#ids.get(name)
    if (known !== undefined) return known
    const id = (this.#types.push(type) - 1) as KindId
    this.#relations.push(relation)
    this.#ids.set(name, id)
    return id
  }

  typeOf(kind: KindId): string {
    return this.#types[kind]
  }

  relationOf(kind: KindId): string {
    return this.#relations[kind]
  }
}
