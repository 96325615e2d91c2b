// Who may be among the subjects of a resource's member: everybody whom a walk down from it meets.
// A place, which is an object's member, is read once for each way of coming there, so that circles
// end by themselves and nothing is too deep. The ways tell whose verdict is plain; of the others, one
// of each class is checked for all of it (subjectClasses.ts). Memory: a number for each subject and
// each place, however many the paths.

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

/** How a place was reached or a subject met, in bits. */
type PathFlags = number
/** By something that grants, on whatever condition. */
const GRANTED = 1
/** By something that grants, with nothing on the way that could withhold it but exclusions. */
const PLAIN = 2
/** By something that an exclusion takes away, be it from another exclusion. */
const AGAINST = 4

const onCondition = (ways: PathFlags): PathFlags => ways & ~PLAIN

interface VisitedMember {
  readonly object: ObjectId
  readonly member: MemberId
  readonly ways: PathFlags
}

/** Where the relationships of a row lead. */
interface SubjectScan extends EdgeScan {
  readonly row: NodeId
  readonly relation: MemberId
  /** By the subject's kind: the member of its object to go to; NO_MEMBER for none. */
  readonly targets: Int32Array
  /** Whether objects of the kind looked for are met, or only lead on. */
  readonly meets: boolean
  /** Whether subjects that are objects themselves are left out. */
  readonly setsOnly: boolean
  readonly ways: PathFlags
  /** Another for each. */
  readonly step: number
}

export class ForwardReachability implements ScanVisitor<SubjectScan> {
  readonly #evaluation: EvaluationContext
  /** Of objects that are looked for by themselves, or NONE: sets are met where the walk enters them. */
  readonly #kind: KindId
  readonly #window: Window | null
  /** What matters of subjects that are objects themselves, where there is a window. */
  readonly #range: ListRange | undefined
  readonly #met = new SubjectClasses()
  #everybody: PathFlags = 0
  readonly #reached = new Map<number, PathFlags>()
  readonly #visited: VisitedMember[] = []
  readonly #passages: EdgeScans<SubjectScan>
  readonly #breather: Breather
  #steps = 0

  /**
   * @param evaluation about any subject of the kind that is looked for
   * @param window null where all candidates are looked at together
   */
  constructor(evaluation: EvaluationContext, window: Window | null) {
    const { type, relation } = evaluation.subject
    this.#evaluation = evaluation
    this.#kind = relation === '' ? evaluation.snapshot.kinds.find(type, '') : NONE
    this.#window = window
    this.#range = window === null ? undefined : { types: [type], idRange: window }
    this.#breather = new Breather(evaluation.circumstances.turn)
    this.#passages = new EdgeScans(evaluation, this)
  }

  /** Those met, each once, in no order. */
  get objects(): Iterable<ObjectId> {
    return this.#met.objects
  }

  /** Subjects of the same number have the same verdict; null: the subject's is its own. */
  classOf(subject: ObjectId): number | null {
    return this.#met.classOf(subject)
  }

  /** Whether a wildcard may grant to all of the type. */
  get everybody(): boolean {
    return (this.#everybody & GRANTED) !== 0
  }

  /** Whether a wildcard was met at all, be it in an exclusion. */
  get isOpen(): boolean {
    return this.#everybody !== 0
  }

  /** Whether an exclusion is about the subject, be it from another exclusion. */
  isAgainst(subject: ObjectId): boolean {
    return (this.#met.marksOf(subject) & AGAINST) !== 0
  }

  /** Whether something may grant to the subject other than as one of all. */
  isNamed(subject: ObjectId): boolean {
    return (this.#met.marksOf(subject) & GRANTED) !== 0
  }

  /** Whether a check could only say yes: it is plainly granted, and no exclusion is about it. */
  isPlain(subject: ObjectId): boolean {
    const ways = this.#met.marksOf(subject)
    return (ways & PLAIN) !== 0 && ((ways | this.#everybody) & AGAINST) === 0
  }

  /** Walks down from here; each null is a moment at which others may have their turn. */
  *gather(object: ObjectId, member: MemberId): Generator<null, void> {
    this.#reach(object, member, GRANTED | PLAIN)
    for (;;) {
      const member = this.#visited.pop()
      if (member !== undefined) this.#enter(member)
      else if (this.#passages.isWaiting) yield* this.#passages.wait()
      else return
      if (this.#passages.isOpen) yield* this.#passages.follow()
      if (this.#breather.isDue()) yield null
    }
  }

  first(scan: SubjectScan): EdgeId {
    const { snapshot } = this.#evaluation
    const { row, setsOnly } = scan
    if (!this.#isSpanned(scan)) return snapshot.firstSubject(row, setsOnly)
    const first = snapshot.firstSubject(row, setsOnly, this.#range)
    // The wildcard may lie out of the window, and counts in each.
    const wildcard = this.#wildcardOf(scan)
    if (wildcard === UNLOADED) return UNLOADED
    if (wildcard !== NONE) this.cross(scan, wildcard)
    return first
  }

  next(scan: SubjectScan, edge: EdgeId): EdgeId {
    const { row, setsOnly } = scan
    const range = this.#isSpanned(scan) ? this.#range : undefined
    return this.#evaluation.snapshot.nextSubject(row, edge, setsOnly, range)
  }

  /** A set is a subject of itself; beyond that, nobody is met where the schema has no such subject. */
  #reach(object: ObjectId, member: MemberId, ways: PathFlags): void {
    if (member === this.#evaluation.subject.member) this.#meetItself(object, ways)
    if (this.#evaluation.shortcut(object, member) === NO) return
    const key = this.#evaluation.keyOf(object, member)
    const known = this.#reached.get(key) ?? 0
    if ((known | ways) === known) return
    this.#reached.set(key, known | ways)
    this.#visited.push({ object, member, ways })
  }

  #enter(member: VisitedMember): void {
    this.#window?.lead()
    const { object, member: relation, ways } = member
    const { schemaIndex } = this.#evaluation
    const found = schemaIndex.schema.members[relation]
    if (found.kind === 'permission') this.#expression(member, found.expression, ways)
    else {
      const meets = schemaIndex.admitted(relation, this.#kind) !== 0
      const targets = schemaIndex.members
      this.#pass(object, { relation, targets, meets, setsOnly: !meets, ways })
    }
  }

  #expression(member: VisitedMember, expression: Expression, ways: PathFlags): void {
    switch (expression.kind) {
      case 'nil':
        break
      case 'self':
        if (this.#isOfKind(member.member)) this.#meetItself(member.object, ways)
        break
      case 'member':
        this.#reach(member.object, expression.member, ways)
        break
      case 'arrow': {
        const { relation, target, all } = expression
        const targets = this.#evaluation.schemaIndex.targets(target)
        const beyond = { meets: false, setsOnly: false, ways: all ? onCondition(ways) : ways }
        this.#pass(member.object, { relation, targets, ...beyond })
        break
      }
      case 'union':
        for (const operand of expression.operands) this.#expression(member, operand, ways)
        break
      case 'intersection':
        for (const each of expression.operands) this.#expression(member, each, onCondition(ways))
        break
      case 'exclusion':
        this.#expression(member, expression.base, ways)
        this.#expression(member, expression.excluded, AGAINST)
        break
    }
  }

  /** All of a type, as an object, are no subject. */
  #meetItself(object: ObjectId, ways: PathFlags): void {
    if (object !== NONE && this.#evaluation.snapshot.isWildcard(object)) return
    this.#met.meetAlone(object, ways)
  }

  /** Whether objects that have the member are themselves looked for. */
  #isOfKind(member: MemberId): boolean {
    const { subject, schemaIndex } = this.#evaluation
    return subject.relation === '' && subject.type === schemaIndex.schema.members[member].definition
  }

  #pass(object: ObjectId, passage: Omit<SubjectScan, 'row' | 'step' | 'at'>): void {
    const row = this.#evaluation.row(object, passage.relation)
    if (row !== NONE) this.#passages.push({ ...passage, row, step: ++this.#steps, at: NONE })
  }

  cross({ relation, targets, meets, ways, step }: SubjectScan, edge: EdgeId): void {
    const { snapshot } = this.#evaluation
    const node = snapshot.subjectOf(edge)
    const kind = snapshot.kindOf(node)
    const object = snapshot.objectOf(node)
    const isMet = meets && kind === this.#kind
    const isEverybody = isMet && snapshot.isWildcard(object)
    if (isMet && !isEverybody && this.#window?.admit(object) === false) return
    if (!this.#evaluation.counts(edge, relation)) return
    const condition = this.#evaluation.condition(edge)
    if (condition === NO) return
    const beyond = condition === YES ? ways : onCondition(ways)
    const target = targets[kind] as MemberId
    if (target !== NO_MEMBER) this.#reach(object, target, beyond)
    else if (isEverybody) this.#everybody |= beyond
    else if (isMet && condition === YES) this.#met.meet(object, beyond, step)
    else if (isMet) this.#met.meetAlone(object, beyond)
  }

  #isSpanned({ meets }: SubjectScan): boolean {
    return meets && this.#range !== undefined
  }

  #wildcardOf({ row, relation }: SubjectScan): EdgeId {
    const { snapshot, schemaIndex, wildcardNode } = this.#evaluation
    const isAdmitted = (schemaIndex.admitted(relation, this.#kind) & WILDCARDS) !== 0
    return isAdmitted && wildcardNode !== NONE ? snapshot.edge(row, wildcardNode) : NONE
  }
}
