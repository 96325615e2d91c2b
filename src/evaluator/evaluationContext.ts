// One question while it is being answered: its words as the snapshot's numbers, what it has spent,
// and the one place where a stored relationship is read: whether it counts, and on what condition.
// Knows no operators (rules.ts), nor in which order sub-questions come (walk.ts, fixpoint.ts).

import type { Expression, MemberId } from '../language/index.js'
import { type JsonObject, Refusal, WILDCARD } from '../terms/index.js'
import { WorkBudget } from './budget.js'
import { NO_MEMBER, OBJECTS, type SchemaIndex, traits, WILDCARDS } from './schemaIndex.js'
import type { Turn } from './sliced.js'
import {
  type CaveatUse,
  type EdgeId,
  type KindId,
  NONE,
  type NodeId,
  type ObjectId,
  type Snapshot,
  UNLOADED,
} from './snapshot.js'
import { conditional, NO, PENDING, union, type Verdict, YES } from './verdict.js'

/** What questions have in common when they are asked together. */
export interface Circumstances {
  /** For caveats. */
  readonly context: JsonObject
  /** What has expired by then does not count; ms since 1970. */
  readonly now: number
  /** Nested sub-questions. */
  readonly depthMax: number
  /** Units of work, repetitions included (budget.ts). */
  readonly workMax: number
  /** How long it may go on before others have their turn; to its end, without. */
  readonly turn?: Turn
  /** One of its own, without. */
  readonly budget?: WorkBudget
}

/** Whom an inquiry is about. */
export interface Subject {
  readonly type: string
  /** Empty for an object itself. */
  readonly relation: string
  /** What the relation means; NO_MEMBER for an object itself. */
  readonly member: MemberId
  /** NONE for the resource of the question, if the snapshot does not know it. */
  readonly object: ObjectId
}

/** What holds of the subject, where an inquiry asks only what it has by name (named.ts). */
export interface Truth {
  /** PENDING if rows are not loaded, or a caveat cannot be evaluated; the inquiry is told of it. */
  holds(object: ObjectId, expression: Expression): Verdict
}

/** A subject that no relationship names, and that is not the question's resource. */
export const STRANGER = -3 as ObjectId

/** Kept before they are forgotten together: lookups meet many. */
const CONDITIONS_MAX = 100_000

export class EvaluationContext {
  readonly snapshot: Snapshot
  readonly schemaIndex: SchemaIndex
  readonly circumstances: Circumstances
  readonly subject: Subject
  /** What names the subject in a row: itself, and the wildcard of its type; or NONE. */
  readonly subjectNode: NodeId
  readonly wildcardNode: NodeId
  readonly budget: WorkBudget
  /** Null where wildcards grant; otherwise they do not, and this says all else that they decide. */
  truth: Truth | null = null
  /** How many walks may be under way in one another: each has its part of the stack. */
  nestedWalks = 1
  /** Whether a row was asked for that the snapshot has not loaded. */
  lacking = false
  /** The first caveat that could not be evaluated; it matters only if the verdict depends on it. */
  fault: Refusal | null = null

  readonly #subjectKind: KindId
  /** By member: 0 where no walk leads to the subject. */
  readonly #reaching: Uint8Array
  /** Conditions met so far, by caveat name, or by relationship if it has stored context. */
  readonly #conditions = new Map<string | EdgeId, Verdict>()

  /** @param budget that of the question which this is a part of */
  constructor(
    snapshot: Snapshot,
    schemaIndex: SchemaIndex,
    circumstances: Circumstances,
    subject: Subject,
    budget = circumstances.budget ?? new WorkBudget(circumstances.workMax, circumstances.turn),
  ) {
    const { type, relation, object } = subject
    this.snapshot = snapshot
    this.schemaIndex = schemaIndex
    this.circumstances = circumstances
    this.subject = subject
    this.#subjectKind = snapshot.kinds.find(type, relation)
    this.subjectNode = this.#node(object, this.#subjectKind)
    this.wildcardNode = this.#node(snapshot.object(type, WILDCARD), this.#subjectKind)
    this.budget = budget
    this.#reaching = schemaIndex.reaching(subject, budget)
  }

  /**
   * The verdict as far as it shows without looking at relationships: a subject set is a member of
   * itself, and nothing is found where the schema leads nowhere near the subject; else PENDING.
   */
  shortcut(object: ObjectId, member: MemberId): Verdict {
    if (member === this.subject.member && object === this.subject.object) return YES
    return this.#reaching[member] === 0 ? NO : PENDING
  }

  /** The same for a relation's row. */
  shortcutRow(row: NodeId, relation: MemberId): Verdict {
    if (row === this.subjectNode) return YES
    return this.#reaching[relation] === 0 ? NO : PENDING
  }

  /** Whether the subject is this object itself. */
  isSubject(object: ObjectId): boolean {
    return object === this.subject.object && this.subject.member === NO_MEMBER
  }

  /** A number for the sub-question, unique within the inquiry. */
  keyOf(object: ObjectId, member: MemberId): number {
    return (object + 1) * this.schemaIndex.schema.members.length + member
  }

  /** The row of the object's relation, or NONE. */
  row(object: ObjectId, relation: MemberId): NodeId {
    return this.#node(object, this.schemaIndex.kindOf(relation))
  }

  /**
   * The verdict of those relationships of a row that name the subject, or all of its type: no
   * relation admits wildcards of a subject set's kind, so those are for objects themselves only.
   */
  direct(row: NodeId, relation: MemberId): Verdict {
    const admitted = this.schemaIndex.admitted(relation, this.#subjectKind)
    let verdict: Verdict = NO
    if ((admitted & OBJECTS) !== 0) verdict = this.#probe(row, this.subjectNode, relation)
    if ((admitted & WILDCARDS) !== 0 && verdict !== YES && this.truth === null) {
      verdict = union(verdict, this.#probe(row, this.wildcardNode, relation))
    }
    return verdict
  }

  /** Whether the relationship exists for this question: not expired, and admitted by the schema. */
  counts(edge: EdgeId, relation: MemberId): boolean {
    const { snapshot, schemaIndex, circumstances } = this
    this.budget.read()
    const expiresAt = snapshot.expiresAtOf(edge)
    if (expiresAt <= circumstances.now) return false
    const subject = snapshot.subjectOf(edge)
    const caveat = snapshot.caveatOf(edge)
    const kind = snapshot.kindOf(subject)
    const isSet = schemaIndex.members[kind] !== NO_MEMBER
    const found =
      (!isSet && snapshot.isWildcard(snapshot.objectOf(subject)) ? traits.wildcard : 0) |
      (expiresAt === Number.POSITIVE_INFINITY ? 0 : traits.expiring) |
      (caveat === null ? 0 : traits.caveated)
    if ((schemaIndex.admitted(relation, kind) & (1 << found)) === 0) return false
    return caveat === null || schemaIndex.admitsCaveat(relation, kind, found, caveat.name)
  }

  /** The verdict of the relationship's caveat; PENDING, with `fault` set, if it cannot be evaluated. */
  condition(edge: EdgeId): Verdict {
    const use = this.snapshot.caveatOf(edge)
    if (use === null) return YES
    const key = Object.keys(use.context).length === 0 ? use.name : edge
    const known = this.#conditions.get(key)
    if (known !== undefined) return known
    const verdict = this.#evaluate(use)
    if (this.#conditions.size === CONDITIONS_MAX) this.#conditions.clear()
    this.#conditions.set(key, verdict)
    return verdict
  }

  /** Notes that a row is not loaded. */
  lack(): Verdict {
    this.lacking = true
    return PENDING
  }

  #node(object: ObjectId, kind: KindId): NodeId {
    return object < 0 || kind === NONE ? NONE : this.snapshot.node(object, kind)
  }

  #probe(row: NodeId, subject: NodeId, relation: MemberId): Verdict {
    if (subject === NONE) return NO
    const edge = this.snapshot.edge(row, subject)
    if (edge === NONE) return NO
    if (edge === UNLOADED) return this.lack()
    return this.counts(edge, relation) ? this.condition(edge) : NO
  }

  #evaluate(use: CaveatUse): Verdict {
    // The checker has seen to it that caveats which relations admit are there.
    const caveat = this.schemaIndex.schema.caveat(use.name)!
    try {
      const context = { ...this.circumstances.context, ...use.context }
      const outcome = caveat.evaluate(context, steps => this.budget.evaluate(steps))
      if (outcome.kind === 'undecided') return conditional(outcome.missing)
      return outcome.kind === 'yes' ? YES : NO
    } catch (error) {
      if (!(error instanceof Refusal) || error.code === 'work-exceeded') throw error
      this.fault ??= error
      return PENDING
    }
  }
}
