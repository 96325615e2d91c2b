// The kinds that a supplier knows, and after them all others that a schema can name, so that a
// question can refer to kinds that nothing stored has. If the supplier learns of more kinds later,
// this table ignores them, because their numbers are taken. It is built once for a schema and the
// kinds known by then, so that the schema's index is kept too.

import type { Schema } from '../language/index.js'
import { type KindId, type Kinds, NONE } from './snapshot.js'

interface AddedKind {
  readonly type: string
  readonly relation: string
}

const tables = new WeakMap<Schema, WeakMap<Kinds, WiderKinds>>()

/** Returns the kinds that the supplier knows by now, and those of the schema. */
export function widerKinds(schema: Schema, kinds: Kinds): WiderKinds {
  const bySchema = tables.get(schema) ?? new WeakMap<Kinds, WiderKinds>()
  const found = bySchema.get(kinds)
  if (found !== undefined && found.knownSize === kinds.size) return found
  const wider = new WiderKinds(schema, kinds)
  tables.set(schema, bySchema.set(kinds, wider))
  return wider
}

export class WiderKinds implements Kinds {
  /**
   * The number of kinds taken from the supplier. Numbers from here on mean nothing or something
   * else to it.
   */
  readonly knownSize: number
  readonly #kinds: Kinds
  readonly #added: readonly AddedKind[]
  readonly #positions: ReadonlyMap<string, number>

  constructor(schema: Schema, kinds: Kinds) {
    const named = schema.definitions.flatMap(({ name: type, members }) => [
      { type, relation: '' },
      ...members.map(({ name: relation }) => ({ type, relation })),
    ])
    this.#kinds = kinds
    this.#added = named.filter(({ type, relation }) => kinds.find(type, relation) === NONE)
    this.#positions = new Map(this.#added.map((kind, position) => [printKind(kind), position]))
    this.knownSize = kinds.size
  }

  get size(): number {
    return this.knownSize + this.#added.length
  }

  find(type: string, relation: string): KindId {
    const kind = this.#kinds.find(type, relation)
    if (kind !== NONE && kind < this.knownSize) return kind
    const position = this.#positions.get(printKind({ type, relation }))
    return position === undefined ? NONE : ((this.knownSize + position) as KindId)
  }

  typeOf(kind: KindId): string {
    return kind < this.knownSize
      ? this.#kinds.typeOf(kind)
      : this.#added[kind - this.knownSize].type
  }

  relationOf(kind: KindId): string {
    return kind < this.knownSize
      ? this.#kinds.relationOf(kind)
      : this.#added[kind - this.knownSize].relation
  }
}

/** A unique key: names contain no `#`. */
const printKind = ({ type, relation }: AddedKind): string => `${type}#${relation}`
