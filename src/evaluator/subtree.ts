// The objects under a root: all objects from which the root is reached by following relations of
// certain names, once or more, whatever subject relation they name it with. The search goes from
// the root outwards. A caveat on the way makes the verdict conditional. Certain objects are
// followed first; after that the others only collect missing names, which ends even in cycles.

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
  /** Names of relations of any definition; at least one. */
  readonly relations: readonly string[]
}

/** The pass over the rows that name the root or an object under it. */
interface SubtreeScan extends EdgeScan {
  readonly node: NodeId
  readonly object: ObjectId
}

export class Subtree implements ScanVisitor<SubtreeScan> {
  readonly #evaluation: EvaluationContext
  readonly #root: ObjectId
  /** The relations to follow. */
  readonly #relations: ReadonlySet<MemberId>
  /** By type: the kinds as which these relations may name its objects. */
  readonly #kinds = new Map<string, Set<KindId>>()
  /** 1 for each object that is certainly under the root. */
  readonly #inside = new ByteColumn()
  /** The verdicts of the other objects. */
  readonly #verdicts = new Map<ObjectId, Verdict>()
  /**
   * The objects whose rows are still to be followed: those certainly under the root, and the
   * others.
   */
  readonly #certain: ObjectId[] = []
  readonly #others: ObjectId[] = []
  readonly #window: Window | null
  readonly #range: ListRange | undefined
  readonly #scans: EdgeScans<SubtreeScan>

  /**
   * @param evaluation a context whose bound on work covers the whole search
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
    this.#range = window === null ? undefined : this.#toRange(window)
    this.#scans = new EdgeScans(evaluation, this)
  }

  /**
   * Whether the object is under the root; PENDING if that depends on a caveat that cannot be
   * evaluated.
   */
  verdictOf(object: ObjectId): Verdict {
    return this.#inside.get(object) === 1 ? YES : (this.#verdicts.get(object) ?? NO)
  }

  /** Finds all objects under the root. A yielded null lets other work run. */
  *search(): Generator<null, void> {
    if (this.#root === NONE) return
    this.#enter(this.#root)
    for (;;) {
      yield* this.#scans.follow()
      const { isWaiting } = this.#scans
      const object = this.#certain.pop() ?? (isWaiting ? undefined : this.#others.pop())
      if (object !== undefined) this.#enter(object)
      else if (isWaiting) yield* this.#scans.wait()
      else return
    }
  }

  first({ node }: SubtreeScan): EdgeId {
    return this.#evaluation.snapshot.firstResource(node, this.#range)
  }

  next({ node }: SubtreeScan, edge: EdgeId): EdgeId {
    return this.#evaluation.snapshot.nextResource(node, edge, this.#range)
  }

  visit({ object }: SubtreeScan, edge: EdgeId): void {
    const { snapshot, schemaIndex } = this.#evaluation
    const row = snapshot.resourceOf(edge)
    const relation = schemaIndex.members[snapshot.kindOf(row)] as MemberId
    if (!this.#relations.has(relation)) return
    const found = snapshot.objectOf(row)
    if (this.#range?.idRange?.type === snapshot.typeOf(found)) {
      if (this.#window?.admit(found) === false) return
    }
    if (!this.#evaluation.counts(edge, relation)) return
    // An object that names the root is under it, whether the root is under itself or not.
    const verdict = object === this.#root ? YES : this.verdictOf(object)
    this.#reach(found, intersect(this.#evaluation.condition(edge), verdict))
  }

  #enter(object: ObjectId): void {
    const { snapshot } = this.#evaluation
    const kinds = this.#kinds.get(snapshot.typeOf(object)) ?? []
    for (const kind of kinds) {
      const node = snapshot.node(object, kind)
      if (node !== NONE) this.#scans.push({ node, object, at: NONE })
    }
  }

  /**
   * The range of rows that matter. If objects of the window's type can have others under them, all
   * do.
   */
  #toRange(window: Window): ListRange {
    const { members } = this.#evaluation.schemaIndex.schema
    const types = new Set([...this.#relations].map(relation => members[relation].definition))
    const idRange = this.#kinds.has(window.type) ? null : window
    return { types: [...types].sort(compareTexts), idRange }
  }

  #reach(object: ObjectId, verdict: Verdict): void {
    const known = this.verdictOf(object)
    const combined = union(known, verdict)
    if (isSame(known, combined)) return
    if (combined === YES) this.#inside.set(object, 1)
    else this.#verdicts.set(object, combined)
    // The rows that name the root have been followed already.
    if (object === this.#root) return
    if (combined === YES) this.#certain.push(object)
    else this.#others.push(object)
  }
}

/** Whether two verdicts are the same, where the second includes the first. */
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
