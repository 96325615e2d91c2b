// Kinds, as a mapping between (type, relation) and dense numbers. There are only as many as a
// schema has lines, so plain maps are enough. Kinds are kept whatever becomes of the schema, so
// that a schema is indexed once, until a compaction renumbers the kinds that are in use.

import { type KindId, type Kinds, NONE } from './snapshot.js'

export class KindTable implements Kinds {
  readonly #byType = new Map<string, Map<string, KindId>>()
  readonly #types: string[] = []
  readonly #relations: string[] = []

  get size(): number {
    return this.#types.length
  }

  find(type: string, relation: string): KindId {
    return this.#byType.get(type)?.get(relation) ?? NONE
  }

  add(type: string, relation: string): KindId {
    const known = this.#byType.get(type)?.get(relation)
    if (known !== undefined) return known
    const kind = this.#types.push(type) - 1
    this.#relations.push(relation)
    const byRelation = this.#byType.get(type) ?? new Map<string, KindId>()
    this.#byType.set(type, byRelation.set(relation, kind as KindId))
    return kind as KindId
  }

  typeOf(kind: KindId): string {
    return this.#types[kind]
  }

  relationOf(kind: KindId): string {
    return this.#relations[kind]
  }
}

/** The table of a supplier that does not know all stored kinds: finding a kind adds it. */
export class OpenKindTable extends KindTable {
  override find(type: string, relation: string): KindId {
    return this.add(type, relation)
  }
}
