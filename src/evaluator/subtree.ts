// What lies under an object: all objects from which it is reached by following relations of certain
// names, once or more, whatever subject relation they name it with. Found from the object outwards;
// where a condition is on the way, the verdict is conditional. Verdicts that are certain are settled
// first: then the others only gather names, which ends in circles too.

import { type MemberId, requireDefinition, type Schema } from '../language/index.js'
import { type ObjectReference, Refusal } from '../terms/index.js'
import type { Inquiry } from './inquiry.js'
import { Marks } from './marks.js'
import { type EdgeId, type KindId, NONE, type ObjectId, UNLOADED } from './snapshot.js'
import { intersect, isConditional, NO, union, type Verdict, YES } from './verdict.js'

export interface Within {
  readonly object: ObjectReference
  /** Names of relations, of any definition; at least one. */
  readonly relations: readonly string[]
}

/** Others get their turn after this many relationships. */
const SLICE_EDGES = 2000

export class Subtree {
  readonly #inquiry: Inquiry
  readonly #root: ObjectId
  /** Relations to follow. */
  readonly #relations: ReadonlySet<MemberId>
  /** By type: what its objects may be named as in these relations. */
  readonly #kinds = new Map<string, Set<KindId>>()
  /** Objects that lie there for certain: 1. */
  readonly #inside = new Marks()
  /** What is known of the others. */
  readonly #verdicts = new Map<ObjectId, Verdict>()
  /** Objects whose rows are to be followed: those that lie there for certain, and the others. */
  readonly #certain: ObjectId[] = []
  readonly #others: ObjectId[] = []

  /**
   * @param inquiry its bound on work is one on the whole search
   * @throws Refusal `unknown-definition`, `unknown-relation`
   */
  constructor(inquiry: Inquiry, { object, relations }: Within) {
    const { snapshot, binding } = inquiry
    requireDefinition(binding.schema, object.type)
    this.#inquiry = inquiry
    this.#root = snapshot.object(object.type, object.id)
    this.#relations = new Set(relations.flatMap(name => requireRelations(binding.schema, name)))
    for (const relation of this.#relations) {
      for (const [type, kinds] of binding.subjectKinds(relation)) {
        this.#kinds.set(type, new Set([...(this.#kinds.get(type) ?? []), ...kinds]))
      }
    }
  }

  /** Whether the object lies there; PENDING if a caveat decides that cannot be evaluated. */
  verdictOf(object: ObjectId): Verdict {
    return this.#inside.get(object) === 1 ? YES : (this.#verdicts.get(object) ?? NO)
  }

  /** Looks for everything; each null is a moment at which others may have their turn. */
  *gather(): Generator<null, void> {
    if (this.#root === NONE) return
    yield* this.#follow(this.#root, YES)
    for (;;) {
      const object = this.#certain.pop() ?? this.#others.pop()
      if (object === undefined) return
      yield* this.#follow(object, this.verdictOf(object))
    }
  }

  *#follow(object: ObjectId, verdict: Verdict): Generator<null, void> {
    const { snapshot } = this.#inquiry
    let edges = 0
    for (const kind of this.#kinds.get(snapshot.typeOf(object)) ?? []) {
      const node = snapshot.node(object, kind)
      let edge = node === NONE ? NONE : snapshot.firstResource(node)
      while (edge !== NONE) {
        if (edge === UNLOADED) {
          this.#inquiry.lack()
          break
        }
        this.#cross(edge, verdict)
        if (++edges % SLICE_EDGES === 0) yield null
        edge = snapshot.nextResource(node, edge)
      }
    }
  }

  #cross(edge: EdgeId, verdict: Verdict): void {
    const { snapshot, binding } = this.#inquiry
    const row = snapshot.resourceOf(edge)
    const relation = binding.members[snapshot.kindOf(row)] as MemberId
    if (!this.#relations.has(relation) || !this.#inquiry.counts(edge, relation)) return
    this.#reach(snapshot.objectOf(row), intersect(this.#inquiry.condition(edge), verdict))
  }

  #reach(object: ObjectId, verdict: Verdict): void {
    const known = this.verdictOf(object)
    const together = union(known, verdict)
    if (isSame(known, together)) return
    if (together === YES) this.#inside.set(object, 1)
    else this.#verdicts.set(object, together)
    // What names the root has been followed: it lies under the root, whether the root does or not.
    if (object === this.#root) return
    if (together === YES) this.#certain.push(object)
    else this.#others.push(object)
  }
}

/** Of two verdicts, the second of which is the first or more. */
const isSame = (known: Verdict, more: Verdict): boolean =>
  known === more ||
  (isConditional(known) && isConditional(more) && known.missing.length === more.missing.length)

function requireRelations(schema: Schema, name: string): readonly MemberId[] {
  const found = schema.members.filter(member => member.kind === 'relation' && member.name === name)
  if (found.length > 0) return found.map(({ id }) => id)
  throw new Refusal('unknown-relation', `relation \`${name}\` not found under any definition`, {
    relation_or_permission_name: name,
  })
}
