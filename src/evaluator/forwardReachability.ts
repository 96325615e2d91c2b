// Forward reachability: a walk down from a member of a resource, which finds everybody who may be
// among its subjects. A member of an object is read once for each new set of flags with which it is
// reached, so that cycles end by themselves and no nesting is too deep. The flags show which
// subjects certainly have the permission. Of the others, one subject of each class is checked on
// behalf of all (subjectClasses.ts). Memory: a number for each subject and for each member of an
// object, however many paths there are.

import type { Expression, MemberId } from '../language/index.js'
import { type EdgeScan, EdgeScans, type ScanVisitor } from './edgeScans.js'
import type { EvaluationContext } from './evaluationContext.js'
import { NO_MEMBER, WILDCARDS } from './schemaIndex.js'
import { Breather } from './sliced.js'
import {
  type EdgeId,
  type KindId,
  type ListRange,
  NONE,
  type NodeId,
  type ObjectId,
  UNLOADED,
} from './snapshot.js'
import { SubjectClasses } from './subjectClasses.js'
import { NO, YES } from './verdict.js'
import type { Window } from './window.js'

/** The ways in which a member or a subject was reached, as bits. */
type PathFlags = number
/** Reached by a path that may grant, perhaps on a condition. */
const GRANTED = 1
/**
 * Reached by a path that grants unless an exclusion prevents it: no caveat, intersection or `all`
 * is on it.
 */
const SUFFICIENT = 2
/**
 * Reached by a path through the excluded operand of an exclusion, however many exclusions are
 * nested.
 */
const EXCLUDED = 4

const withoutSufficient = (flags: PathFlags): PathFlags => flags & ~SUFFICIENT

interface VisitedMember {
  readonly object: ObjectId
  readonly member: MemberId
  readonly flags: PathFlags
}

/** The pass over the relationships of a row. */
interface SubjectScan extends EdgeScan {
  readonly row: NodeId
  readonly relation: MemberId
  /**
   * By the subject's kind: the member of the subject's object to visit next; NO_MEMBER for none.
   */
  readonly targets: Int32Array
  /**
   * Whether plain objects of the wanted kind are collected as subjects, or only lead on to others.
   */
  readonly collects: boolean
  /** Whether only subject sets are read, and plain objects left out. */
  readonly setsOnly: boolean
  readonly flags: PathFlags
  /** The number of the scan, different for each. */
  readonly step: number
}

export class ForwardReachability implements ScanVisitor<SubjectScan> {
  readonly #evaluation: EvaluationContext
  /**
   * The wanted kind if plain objects are wanted, else NONE: subject sets are collected when the
   * walk enters them.
   */
  readonly #kind: KindId
  readonly #window: Window | null
  /** The part of a row's plain objects that matters, if there is a window. */
  readonly #range: ListRange | undefined
  readonly #subjects = new SubjectClasses()
  #wildcardFlags: PathFlags = 0
  readonly #reached = new Map<number, PathFlags>()
  readonly #agenda: VisitedMember[] = []
  readonly #scans: EdgeScans<SubjectScan>
  readonly #breather: Breather
  #steps = 0

  /**
   * @param evaluation a context about any subject of the wanted kind
   * @param window null if all candidates are examined together
   */
  constructor(evaluation: EvaluationContext, window: Window | null) {
    const { type, relation } = evaluation.subject
    this.#evaluation = evaluation
    this.#kind = relation === '' ? evaluation.snapshot.kinds.find(type, '') : NONE
    this.#window = window
    this.#range = window === null ? undefined : { types: [type], idRange: window }
    this.#breather = new Breather(evaluation.circumstances.turn)
    this.#scans = new EdgeScans(evaluation, this)
  }

  /** The subjects found, each once, in no order. */
  get objects(): Iterable<ObjectId> {
    return this.#subjects.objects
  }

  /**
   * The class of a subject. Subjects of one class have the same verdict; null means that the
   * subject is in no class.
   */
  classOf(subject: ObjectId): number | null {
    return this.#subjects.classOf(subject)
  }

  /** Whether a wildcard may grant the permission to the whole type. */
  get wildcardGrants(): boolean {
    return (this.#wildcardFlags & GRANTED) !== 0
  }

  /** Whether a wildcard was found at all, be it within an exclusion. */
  get hasWildcard(): boolean {
    return this.#wildcardFlags !== 0
  }

  /** Whether the subject was found within an exclusion, however many are nested. */
  isInExclusion(subject: ObjectId): boolean {
    return (this.#subjects.flagsOf(subject) & EXCLUDED) !== 0
  }

  /** Whether something other than a wildcard may grant the permission to the subject. */
  isNamed(subject: ObjectId): boolean {
    return (this.#subjects.flagsOf(subject) & GRANTED) !== 0
  }

  /**
   * Whether a check could only say yes: a path suffices, and neither the subject nor a wildcard is
   * within an exclusion.
   */
  isCertain(subject: ObjectId): boolean {
    const flags = this.#subjects.flagsOf(subject)
    return (flags & SUFFICIENT) !== 0 && ((flags | this.#wildcardFlags) & EXCLUDED) === 0
  }

  /** Walks down from a member. A yielded null lets other work run. */
  *search(object: ObjectId, member: MemberId): Generator<null, void> {
    this.#reach(object, member, GRANTED | SUFFICIENT)
    for (;;) {
      const member = this.#agenda.pop()
      if (member !== undefined) this.#enter(member)
      else if (this.#scans.isWaiting) yield* this.#scans.wait()
      else return
      if (this.#scans.isOpen) yield* this.#scans.follow()
      if (this.#breather.isDue()) yield null
    }
  }

  first(scan: SubjectScan): EdgeId {
    const { snapshot } = this.#evaluation
    const { row, setsOnly } = scan
    if (!this.#usesRange(scan)) return snapshot.firstSubject(row, setsOnly)
    const first = snapshot.firstSubject(row, setsOnly, this.#range)
    // The wildcard counts in every window, and its id may lie outside of this one.
    const wildcard = this.#wildcardOf(scan)
    if (wildcard === UNLOADED) return UNLOADED
    if (wildcard !== NONE) this.visit(scan, wildcard)
    return first
  }

  next(scan: SubjectScan, edge: EdgeId): EdgeId {
    const { row, setsOnly } = scan
    const range = this.#usesRange(scan) ? this.#range : undefined
    return this.#evaluation.snapshot.nextSubject(row, edge, setsOnly, range)
  }

  /**
   * Visits a member. A subject set is a subject of itself. The walk goes no deeper where the schema
   * never leads to the wanted kind.
   */
  #reach(object: ObjectId, member: MemberId, flags: PathFlags): void {
    if (member === this.#evaluation.subject.member) this.#addItself(object, flags)
    if (this.#evaluation.shortcut(object, member) === NO) return
    const key = this.#evaluation.keyOf(object, member)
    const known = this.#reached.get(key) ?? 0
    if ((known | flags) === known) return
    this.#reached.set(key, known | flags)
    this.#agenda.push({ object, member, flags })
  }

  #enter(member: VisitedMember): void {
    this.#window?.countLeading()
    const { object, member: relation, flags } = member
    const { schemaIndex } = this.#evaluation
    const found = schemaIndex.schema.members[relation]
    if (found.kind === 'permission') this.#expression(member, found.expression, flags)
    else {
      const collects = schemaIndex.admitted(relation, this.#kind) !== 0
      const targets = schemaIndex.members
      this.#openScan(object, { relation, targets, collects, setsOnly: !collects, flags })
    }
  }

  #expression(member: VisitedMember, expression: Expression, flags: PathFlags): void {
    switch (expression.kind) {
      case 'nil':
        break
      case 'self':
        if (this.#isOfKind(member.member)) this.#addItself(member.object, flags)
        break
      case 'member':
        this.#reach(member.object, expression.member, flags)
        break
      case 'arrow': {
        const { relation, target, all } = expression
        const targets = this.#evaluation.schemaIndex.targets(target)
        const onward = {
          collects: false,
          setsOnly: false,
          flags: all ? withoutSufficient(flags) : flags,
        }
        this.#openScan(member.object, { relation, targets, ...onward })
        break
      }
      case 'union':
        for (const operand of expression.operands) this.#expression(member, operand, flags)
        break
      case 'intersection':
        for (const each of expression.operands)
          this.#expression(member, each, withoutSufficient(flags))
        break
      case 'exclusion':
        this.#expression(member, expression.base, flags)
        this.#expression(member, expression.excluded, EXCLUDED)
        break
    }
  }

  /** Collects the object or subject set itself. The wildcard as an object is no subject. */
  #addItself(object: ObjectId, flags: PathFlags): void {
    if (object !== NONE && this.#evaluation.snapshot.isWildcard(object)) return
    this.#subjects.addAlone(object, flags)
  }

  /** Whether objects of the member's definition are of the wanted kind. */
  #isOfKind(member: MemberId): boolean {
    const { subject, schemaIndex } = this.#evaluation
    return subject.relation === '' && subject.type === schemaIndex.schema.members[member].definition
  }

  #openScan(object: ObjectId, scan: Omit<SubjectScan, 'row' | 'step' | 'at'>): void {
    const row = this.#evaluation.row(object, scan.relation)
    if (row !== NONE) this.#scans.push({ ...scan, row, step: ++this.#steps, at: NONE })
  }

  visit({ relation, targets, collects, flags, step }: SubjectScan, edge: EdgeId): void {
    const { snapshot } = this.#evaluation
    const node = snapshot.subjectOf(edge)
    const kind = snapshot.kindOf(node)
    const object = snapshot.objectOf(node)
    const isCandidate = collects && kind === this.#kind
    const isWildcard = isCandidate && snapshot.isWildcard(object)
    if (isCandidate && !isWildcard && this.#window?.admit(object) === false) return
    if (!this.#evaluation.counts(edge, relation)) return
    const condition = this.#evaluation.condition(edge)
    if (condition === NO) return
    const onward = condition === YES ? flags : withoutSufficient(flags)
    const target = targets[kind] as MemberId
    if (target !== NO_MEMBER) this.#reach(object, target, onward)
    else if (isWildcard) this.#wildcardFlags |= onward
    else if (isCandidate && condition === YES) this.#subjects.add(object, onward, step)
    else if (isCandidate) this.#subjects.addAlone(object, onward)
  }

  #usesRange({ collects }: SubjectScan): boolean {
    return collects && this.#range !== undefined
  }

  #wildcardOf({ row, relation }: SubjectScan): EdgeId {
    const { snapshot, schemaIndex, wildcardNode } = this.#evaluation
    const isAdmitted = (schemaIndex.admitted(relation, this.#kind) & WILDCARDS) !== 0
    return isAdmitted && wildcardNode !== NONE ? snapshot.edge(row, wildcardNode) : NONE
  }
}
