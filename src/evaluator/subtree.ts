// What lies under an object: all objects from which it is reached by following relations of certain
// names, once or more, whatever subject relation they name it with. Found from the object outwards;
// where a condition is on the way, the verdict is conditional. Verdicts that are certain are settled
// first: then the others only gather names, which ends in circles too.

import { type MemberId, requireDefinition, type Schema } from '../language/index.js'
import { compareTexts, type ObjectReference, Refusal } from '../terms/index.js'
import { ByteColumn } from './byteColumn.js'
import { type EdgeScan, EdgeScans, type ScanVisitor } from './edgeScans.js'
import type { EvaluationContext } from './evaluationContext.js'
import {
  type EdgeId,
  type KindId,
  type ListRange,
  NONE,
  type NodeId,
  type ObjectId,
} from './snapshot.js'
import { intersect, isConditional, NO, union, type Verdict, YES } from './verdict.js'
import type { Window } from './window.js'

export interface Within {
  readonly object: ObjectReference
  /** Names of relations, of any definition; at least one. */
  readonly relations: readonly string[]
}

/** Rows that name an object which lies there, or the root. */
interface SubtreeScan extends EdgeScan {
  readonly node: NodeId
  readonly object: ObjectId
}

export class Subtree implements ScanVisitor<SubtreeScan> {
  readonly #evaluation: EvaluationContext
  readonly #root: ObjectId
  /** Relations to follow. */
  readonly #relations: ReadonlySet<MemberId>
  /** By type: what its objects may be named as in these relations. */
  readonly #kinds = new Map<string, Set<KindId>>()
  /** Objects that lie there for certain: 1. */
  readonly #inside = new ByteColumn()
  /** What is known of the others. */
  readonly #verdicts = new Map<ObjectId, Verdict>()
  /** Objects whose rows are to be followed: those that lie there for certain, and the others. */
  readonly #certain: ObjectId[] = []
  readonly #others: ObjectId[] = []
  readonly #window: Window | null
  readonly #range: ListRange | undefined
  readonly #passages: EdgeScans<SubtreeScan>

  /**
   * @param evaluation its bound on work is one on the whole search
   * @throws Refusal `unknown-definition`, `unknown-relation`
   */
  constructor(evaluation: EvaluationContext, { object, relations }: Within, window: Window | null) {
    const { snapshot, schemaIndex } = evaluation
    requireDefinition(schemaIndex.schema, object.type)
    this.#evaluation = evaluation
    this.#root = snapshot.object(object.type, object.id)
    this.#relations = new Set(relations.flatMap(name => requireRelations(schemaIndex.schema, name)))
    for (const relation of this.#relations) {
      for (const [type, kinds] of schemaIndex.subjectKinds(relation)) {
        this.#kinds.set(type, new Set([...(this.#kinds.get(type) ?? []), ...kinds]))
      }
    }
    this.#window = window
    this.#range = window === null ? undefined : this.#toSpan(window)
    this.#passages = new EdgeScans(evaluation, this)
  }

  /** Whether the object lies there; PENDING if a caveat decides that cannot be evaluated. */
  verdictOf(object: ObjectId): Verdict {
    return this.#inside.get(object) === 1 ? YES : (this.#verdicts.get(object) ?? NO)
  }

  /** Looks for everything; each null is a moment at which others may have their turn. */
  *gather(): Generator<null, void> {
    if (this.#root === NONE) return
    this.#enter(this.#root)
    for (;;) {
      yield* this.#passages.follow()
      const { isWaiting } = this.#passages
      const object = this.#certain.pop() ?? (isWaiting ? undefined : this.#others.pop())
      if (object !== undefined) this.#enter(object)
      else if (isWaiting) yield* this.#passages.wait()
      else return
    }
  }

  first({ node }: SubtreeScan): EdgeId {
    return this.#evaluation.snapshot.firstResource(node, this.#range)
  }

  next({ node }: SubtreeScan, edge: EdgeId): EdgeId {
    return this.#evaluation.snapshot.nextResource(node, edge, this.#range)
  }

  cross({ object }: SubtreeScan, edge: EdgeId): void {
    const { snapshot, schemaIndex } = this.#evaluation
    const row = snapshot.resourceOf(edge)
    const relation = schemaIndex.members[snapshot.kindOf(row)] as MemberId
    if (!this.#relations.has(relation)) return
    const found = snapshot.objectOf(row)
    if (this.#range?.idRange?.type === snapshot.typeOf(found)) {
      if (this.#window?.admit(found) === false) return
    }
    if (!this.#evaluation.counts(edge, relation)) return
    // What names the root lies under it, whether the root itself does or not.
    const verdict = object === this.#root ? YES : this.verdictOf(object)
    this.#reach(found, intersect(this.#evaluation.condition(edge), verdict))
  }

  #enter(object: ObjectId): void {
    const { snapshot } = this.#evaluation
    const kinds = this.#kinds.get(snapshot.typeOf(object)) ?? []
    for (const kind of kinds) {
      const node = snapshot.node(object, kind)
      if (node !== NONE) this.#passages.push({ node, object, at: NONE })
    }
  }

  /** Objects that nothing can lie under need not be followed. */
  #toSpan(window: Window): ListRange {
    const { members } = this.#evaluation.schemaIndex.schema
    const types = new Set([...this.#relations].map(relation => members[relation].definition))
    const extent = this.#kinds.has(window.type) ? null : window
    return { types: [...types].sort(compareTexts), idRange: extent }
  }

  #reach(object: ObjectId, verdict: Verdict): void {
    const known = this.verdictOf(object)
    const together = union(known, verdict)
    if (isSame(known, together)) return
    if (together === YES) this.#inside.set(object, 1)
    else this.#verdicts.set(object, together)
    // What names the root has been followed.
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
