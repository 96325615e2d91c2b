// A schema indexed by a supplier's kinds: flat arrays that say what the schema means for the
// numbers that snapshots return, so that reading a relationship compares no strings. Kinds only
// grow, and an index that lacks the newest ones is rebuilt.

import {
  type AllowedType,
  admits,
  derived,
  type Expression,
  type Member,
  type MemberId,
  type Schema,
} from '../language/index.js'
import type { SubjectReference } from '../terms/index.js'
import type { WorkBudget } from './budget.js'
import { type KindId, type Kinds, NONE } from './snapshot.js'

/** The id that stands for no member. */
export const NO_MEMBER = -1 as MemberId

/**
 * Bits for what distinguishes the allowed types of a relation besides the subject's kind and the
 * caveat's name.
 */
export const traits = { wildcard: 1, expiring: 2, caveated: 4 } as const

/** Sets of trait combinations, one bit each: those without and those with the wildcard. */
export const OBJECTS = 0b0101_0101
export const WILDCARDS = 0b1010_1010

/**
 * The number of target arrays kept here before all are dropped. Arrays beyond that stay in a cache
 * that all schemas share (`derived`), which is bounded.
 */
const TARGETS_MAX = 32

const indexes = new WeakMap<Schema, WeakMap<Kinds, SchemaIndex>>()

/** Returns the index of the schema for these kinds, up to date with all kinds known by now. */
export function schemaIndexOf(schema: Schema, kinds: Kinds): SchemaIndex {
  const bySchema = indexes.get(schema) ?? new WeakMap<Kinds, SchemaIndex>()
  const found = bySchema.get(kinds)
  if (found !== undefined && found.size === kinds.size) return found
  const schemaIndex = new SchemaIndex(schema, kinds)
  indexes.set(schema, bySchema.set(kinds, schemaIndex))
  return schemaIndex
}

export class SchemaIndex {
  readonly schema: Schema
  /** The number of kinds when the index was built. */
  readonly size: number
  /** By member: 1 for a relation, 0 for a permission. */
  readonly relation: Uint8Array
  /** By member: 1 for a relation that admits only plain objects, never subject sets. */
  readonly flat: Uint8Array
  /** By kind: the member that a subject set of the kind refers to, or NO_MEMBER. */
  readonly members: Int32Array
  /** By member: the depth of nested operators in a permission's expression. */
  readonly nesting: Uint16Array
  readonly #kinds: Kinds
  readonly #kindOf: Int32Array
  /**
   * By member and kind: the combinations of traits that the relation's types admit. Filled on
   * demand.
   */
  readonly #admitted: (ReadonlyMap<KindId, number> | undefined)[]
  /** The target arrays used recently. */
  readonly #targets = new Map<string, Int32Array>()
  /** The kind that `reaching` was last called with: the next call mostly has the same one. */
  #lastType = ''
  #lastRelation = ''
  #reaching: Uint8Array | null = null

  constructor(schema: Schema, kinds: Kinds) {
    const { members } = schema
    this.schema = schema
    this.#kinds = kinds
    const shape = shapeOf(schema)
    this.relation = shape.relation
    this.flat = shape.flat
    this.nesting = shape.nesting
    // A supplier that reads rows on demand adds every kind that it is asked for, so ask for all of
    // them.
    for (const { name } of schema.definitions) kinds.find(name, '')
    this.#kindOf = Int32Array.from(members, ({ definition, name }) => kinds.find(definition, name))
    this.#admitted = new Array(members.length)
    this.size = kinds.size
    this.members = this.#toMembers(kind => kinds.relationOf(kind))
  }

  /** The kind of the member's rows, or NONE. */
  kindOf(member: MemberId): KindId {
    return this.#kindOf[member] as KindId
  }

  /** The combinations of traits that the relation admits for subjects of this kind, as bits. */
  admitted(relation: MemberId, kind: KindId): number {
    return this.#admittedBy(relation).get(kind) ?? 0
  }

  /** The kinds of subject that the relation admits, grouped by type. */
  subjectKinds(relation: MemberId): ReadonlyMap<string, readonly KindId[]> {
    const byType = new Map<string, KindId[]>()
    for (const kind of this.#admittedBy(relation).keys()) {
      const type = this.#kinds.typeOf(kind)
      const known = byType.get(type)
      if (known === undefined) byType.set(type, [kind])
      else known.push(kind)
    }
    return byType
  }

  #admittedBy(relation: MemberId): ReadonlyMap<KindId, number> {
    const known = this.#admitted[relation]
    if (known !== undefined) return known
    const admitted = toAdmitted(this.schema.members[relation], this.#kinds, this.size)
    this.#admitted[relation] = admitted
    return admitted
  }

  /** Whether the relation admits this caveat together with these traits. */
  admitsCaveat(relation: MemberId, kind: KindId, combination: number, caveat: string): boolean {
    const member = this.schema.members[relation]
    if (member.kind !== 'relation') return false
    return admits(member, {
      type: this.#kinds.typeOf(kind),
      relation: this.#kinds.relationOf(kind),
      wildcard: (combination & traits.wildcard) !== 0,
      caveat,
      expiration: (combination & traits.expiring) !== 0,
    })
  }

  /**
   * By subject kind: the member called `name` in the definition of the kind's type, or NO_MEMBER.
   */
  targets(name: string, budget: WorkBudget | null = null): Int32Array {
    const known = this.#targets.get(name)
    if (known !== undefined) return known
    const targets = derived(this, name, () => {
      budget?.prepare(this.size)
      const value = this.#toMembers(() => name)
      return { value, bytes: value.byteLength }
    })
    if (this.#targets.size === TARGETS_MAX) this.#targets.clear()
    this.#targets.set(name, targets)
    return targets
  }

  /** By member: 1 if a walk from it can lead to subjects of this kind. */
  reaching(
    { type, relation }: Pick<SubjectReference, 'type' | 'relation'>,
    budget: WorkBudget | null = null,
  ): Uint8Array {
    if (this.#reaching !== null && this.#lastType === type && this.#lastRelation === relation) {
      return this.#reaching
    }
    const reaching = this.schema.reach(type, relation, members => budget?.prepare(members))
    this.#lastType = type
    this.#lastRelation = relation
    this.#reaching = reaching
    return reaching
  }

  #toMembers(nameOf: (kind: KindId) => string): Int32Array {
    return Int32Array.from({ length: this.size }, (_, position) => {
      const kind = position as KindId
      return this.schema.member(this.#kinds.typeOf(kind), nameOf(kind))?.id ?? NO_MEMBER
    })
  }
}

/** The part of an index that does not depend on the kinds. */
interface Shape {
  readonly relation: Uint8Array
  readonly flat: Uint8Array
  readonly nesting: Uint16Array
}

const shapes = new WeakMap<Schema, Shape>()

/** Returns the shape, which is built once per schema: kinds arrive with data, members do not. */
function shapeOf(schema: Schema): Shape {
  const known = shapes.get(schema)
  if (known !== undefined) return known
  const { members } = schema
  const shape = {
    relation: Uint8Array.from(members, ({ kind }) => (kind === 'relation' ? 1 : 0)),
    flat: Uint8Array.from(members, member => (isFlat(member) ? 1 : 0)),
    nesting: Uint16Array.from(members, nestingOf),
  }
  shapes.set(schema, shape)
  return shape
}

const traitsOf = ({ wildcard, expiration, caveat }: AllowedType): number =>
  (wildcard ? traits.wildcard : 0) |
  (expiration ? traits.expiring : 0) |
  (caveat === null ? 0 : traits.caveated)

/** Covers the first `size` kinds only: later ones belong to an index that is built later. */
function toAdmitted(member: Member, kinds: Kinds, size: number): ReadonlyMap<KindId, number> {
  const admitted = new Map<KindId, number>()
  if (member.kind === 'permission') return admitted
  for (const type of member.types) {
    const kind = kinds.find(type.type, type.relation)
    if (kind !== NONE && kind < size)
      admitted.set(kind, (admitted.get(kind) ?? 0) | (1 << traitsOf(type)))
  }
  return admitted
}

const isFlat = (member: Member): boolean =>
  member.kind === 'relation' && member.types.every(type => type.relation === '')

const nestingOf = (member: Member): number =>
  member.kind === 'relation' ? 1 : levelsOf(member.expression)

function levelsOf(expression: Expression): number {
  switch (expression.kind) {
    case 'union':
    case 'intersection':
      return 1 + expression.operands.reduce((most, each) => Math.max(most, levelsOf(each)), 0)
    case 'exclusion':
      return 1 + Math.max(levelsOf(expression.base), levelsOf(expression.excluded))
    default:
      return 1
  }
}
