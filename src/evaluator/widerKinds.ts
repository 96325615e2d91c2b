// The kinds that a supplier has met, and after them all others that a schema can name: so that a
// question can speak of kinds that nothing stored has. The supplier may go on meeting kinds; what it
// meets later is not seen here, for its numbers are taken. Made once for a schema and what the
// supplier knew by then, so that the schema's binding is kept too.

import type { Schema } from '../language/index.js'
import { type KindId, type Kinds, NONE } from './snapshot.js'

interface AddedKind {
  readonly type: string
  readonly relation: string
}

const made = new WeakMap<Schema, WeakMap<Kinds, WiderKinds>>()

/** Kinds of the supplier as it is by now, and of the schema. */
export function widerKinds(schema: Schema, kinds: Kinds): WiderKinds {
  const bySchema = made.get(schema) ?? new WeakMap<Kinds, WiderKinds>()
  const found = bySchema.get(kinds)
  if (found !== undefined && found.met === kinds.size) return found
  const wider = new WiderKinds(schema, kinds)
  made.set(schema, bySchema.set(kinds, wider))
  return wider
}

export class WiderKinds implements Kinds {
  /** Kinds from this one on are unknown to the supplier, or mean something else to it. */
  readonly met: number
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
    this.met = kinds.size
  }

  get size(): number {
    return this.met + this.#added.length
  }

  find(type: string, relation: string): KindId {
    const kind = this.#kinds.find(type, relation)
    if (kind !== NONE && kind < this.met) return kind
    const position = this.#positions.get(printKind({ type, relation }))
    return position === undefined ? NONE : ((this.met + position) as KindId)
  }

  typeOf(kind: KindId): string {
    return kind < this.met ? this.#kinds.typeOf(kind) : this.#added[kind - this.met].type
  }

  relationOf(kind: KindId): string {
    return kind < this.met ? this.#kinds.relationOf(kind) : this.#added[kind - this.met].relation
  }
}

/** Names hold no `#`. */
const printKind = ({ type, relation }: AddedKind): string => `${type}#${relation}`
