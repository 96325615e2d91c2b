// The state of one question during evaluation: its terms as the snapshot's numbers, what it has
// spent, and the only place that reads a stored relationship and decides whether it counts and on
// what condition. It knows neither operators (rules.ts) nor the order of sub-questions (walk.ts,
// fixpoint.ts).

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

/** The settings that questions which are asked together share. */
export interface Circumstances {
  /** The caveat context of the question. */
  readonly context: JsonObject
  /**
   * The time of the question in ms since 1970. Relationships that have expired by then do not
   * count.
   */
  readonly now: number
  /** The greatest depth of nested sub-questions. */
  readonly depthMax: number
  /** The greatest number of units of work, repetitions included (budget.ts). */
  readonly workMax: number
  /** How long evaluation may run before other work has its turn; without it, to the end. */
  readonly turn?: Turn
  /** The budget to draw on; without it, the question gets its own. */
  readonly budget?: WorkBudget
}

/** The subject that a question is about. */
export interface Subject {
  readonly type: string
  /** The relation of a subject set; empty for a plain object. */
  readonly relation: string
  /** The member that the relation names; NO_MEMBER for a plain object. */
  readonly member: MemberId
  /** The object; NONE if it is the question's resource and the snapshot does not know it. */
  readonly object: ObjectId
}

/**
 * The full verdicts on the subject, wildcards included. A check by name (named.ts) needs them
 * beside its own.
 */
export interface FullVerdicts {
  /**
   * The full verdict of the expression. PENDING if rows are not loaded or a caveat cannot be
   * evaluated, which the check by name is notified of.
   */
  holds(object: ObjectId, expression: Expression): Verdict
}

/** A subject that no relationship names and that is not the question's resource. */
export const STRANGER = -3 as ObjectId

/** The number of conditions that are kept before all are dropped: lookups meet many. */
const CONDITIONS_MAX = 100_000

export class EvaluationContext {
  readonly snapshot: Snapshot
  readonly schemaIndex: SchemaIndex
  readonly circumstances: Circumstances
  readonly subject: Subject
  /** The nodes that can name the subject in a row: its own and its type's wildcard, or NONE. */
  readonly subjectNode: NodeId
  readonly wildcardNode: NodeId
  readonly budget: WorkBudget
  /**
   * The full verdicts in a check by name, in which wildcards grant nothing; null in every other
   * check.
   */
  fullVerdicts: FullVerdicts | null = null
  /** The number of walks that may be nested in one another, which share the stack. */
  nestedWalks = 1
  /** Whether evaluation needed a row that the snapshot has not loaded. */
  hasUnloaded = false
  /** The first caveat that could not be evaluated. It matters only if the verdict depends on it. */
  fault: Refusal | null = null

  readonly #subjectKind: KindId
  /** By member: 0 if no walk from it can lead to the subject. */
  readonly #reaching: Uint8Array
  /**
   * The conditions evaluated so far, by caveat name, or by relationship if it has a stored context.
   */
  readonly #conditions = new Map<string | EdgeId, Verdict>()

  /** @param budget the budget of the question that this evaluation is part of */
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
   * The verdict if it is known without reading relationships, else PENDING. A subject set is a
   * member of itself, and a member from which the schema never leads to the subject's kind is a no.
   */
  shortcut(object: ObjectId, member: MemberId): Verdict {
    if (member === this.subject.member && object === this.subject.object) return YES
    return this.#reaching[member] === 0 ? NO : PENDING
  }

  /** The same for the row of a relation. */
  shortcutRow(row: NodeId, relation: MemberId): Verdict {
    if (row === this.subjectNode) return YES
    return this.#reaching[relation] === 0 ? NO : PENDING
  }

  /** Whether the subject is this plain object. */
  isSubject(object: ObjectId): boolean {
    return object === this.subject.object && this.subject.member === NO_MEMBER
  }

  /** A number for the sub-question that is unique within the question. */
  keyOf(object: ObjectId, member: MemberId): number {
    return (object + 1) * this.schemaIndex.schema.members.length + member
  }

  /** The row of the object's relation, or NONE. */
  row(object: ObjectId, relation: MemberId): NodeId {
    return this.#node(object, this.schemaIndex.kindOf(relation))
  }

  /**
   * The verdict of the relationships in a row that name the subject or the wildcard of its type.
   * Wildcards apply to plain objects only, because no relation admits a wildcard with a relation.
   */
  direct(row: NodeId, relation: MemberId): Verdict {
    const admitted = this.schemaIndex.admitted(relation, this.#subjectKind)
    let verdict: Verdict = NO
    if ((admitted & OBJECTS) !== 0) verdict = this.#probe(row, this.subjectNode, relation)
    if ((admitted & WILDCARDS) !== 0 && verdict !== YES && this.fullVerdicts === null) {
      verdict = union(verdict, this.#probe(row, this.wildcardNode, relation))
    }
    return verdict
  }

  /**
   * Whether the relationship counts for this question: it has not expired, and the schema admits
   * it.
   */
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

  /**
   * The verdict of the relationship's caveat. PENDING, with `fault` set, if it cannot be evaluated.
   */
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

  /** Records that a row is not loaded. @returns PENDING */
  noteUnloaded(): Verdict {
    this.hasUnloaded = true
    return PENDING
  }

  #node(object: ObjectId, kind: KindId): NodeId {
    return object < 0 || kind === NONE ? NONE : this.snapshot.node(object, kind)
  }

  #probe(row: NodeId, subject: NodeId, relation: MemberId): Verdict {
    if (subject === NONE) return NO
    const edge = this.snapshot.edge(row, subject)
    if (edge === NONE) return NO
    if (edge === UNLOADED) return this.noteUnloaded()
    return this.counts(edge, relation) ? this.condition(edge) : NO
  }

  #evaluate(use: CaveatUse): Verdict {
    // The schema's checker guarantees that every caveat named by a relation exists.
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
