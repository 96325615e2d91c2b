// Reverse reachability: a walk up from a subject to the resources that it may have the permission
// on, against the direction of a check. A member of an object is followed once, so that cycles end
// by themselves and no nesting is too deep. A path is certain if a check at its end could only say
// yes. Certain paths are followed first, so that no member has to be followed a second time because
// it turns out to be certain. Memory: a number for each candidate and a byte for each member of an
// object. Wildcards are never results: they occur as subjects only.

import type { MemberId } from '../language/index.js'
import { compareTexts } from '../terms/index.js'
import { ByteColumn } from './byteColumn.js'
import { type EdgeScan, EdgeScans, type ScanVisitor } from './edgeScans.js'
import { type Entrypoints, entrypointsOf } from './entrypoints.js'
import type { EvaluationContext } from './evaluationContext.js'
import { NO_MEMBER, type SchemaIndex } from './schemaIndex.js'
import { Breather } from './sliced.js'
import { type EdgeId, type ListRange, NONE, type NodeId, type ObjectId } from './snapshot.js'
import { NO, YES } from './verdict.js'
import type { Window } from './window.js'

/** The ways in which a member of an object was reached; 0 if it was not. */
const UNCERTAIN = 1
const CERTAIN = 2

/** The candidates that are wanted. */
interface ReachabilityScope {
  /** Whether the object is wanted. */
  readonly isWanted: (object: ObjectId) => boolean
  /** The window; null if all candidates are examined together. */
  readonly window: Window | null
}

/** The pass over the rows that name a node as a subject. */
interface ResourceScan extends EdgeScan {
  readonly node: NodeId
  /** The only relation whose rows count; NO_MEMBER for all useful relations. */
  readonly relation: MemberId
  /** The member of the row's object to visit next; NO_MEMBER for the row's own relation. */
  readonly target: MemberId
  readonly certain: boolean
  /** The part of the rows that matters, if there is a window. */
  readonly range: ListRange | undefined
}

export class ReverseReachability implements ScanVisitor<ResourceScan> {
  /** The objects whose target member was reached, each once. */
  readonly candidates: ObjectId[] = []
  /** Whether the subject's own object is a candidate too, though the snapshot does not know it. */
  includesUnknown = false
  readonly #evaluation: EvaluationContext
  readonly #target: MemberId
  readonly #isWanted: (object: ObjectId) => boolean
  readonly #window: Window | null
  readonly #entrypoints: Entrypoints
  readonly #ranges: RangesByType
  /** By member and object: UNCERTAIN or CERTAIN once reached. */
  readonly #reached = new Map<MemberId, ByteColumn>()
  /** The members still to follow, each as two entries: its object and its id. */
  readonly #certainAgenda: number[] = []
  readonly #uncertainAgenda: number[] = []
  readonly #scans: EdgeScans<ResourceScan>
  readonly #breather: Breather

  /** @param evaluation a context about the subject; its bound on work covers the whole search */
  constructor(
    evaluation: EvaluationContext,
    target: MemberId,
    { isWanted, window }: ReachabilityScope,
  ) {
    this.#evaluation = evaluation
    this.#target = target
    this.#isWanted = isWanted
    this.#window = window
    this.#entrypoints = entrypointsOf(
      evaluation.schemaIndex,
      target,
      evaluation.subject,
      evaluation.budget,
    )
    this.#ranges = new RangesByType(evaluation.schemaIndex, this.#entrypoints, window)
    this.#breather = new Breather(evaluation.circumstances.turn)
    this.#scans = new EdgeScans(evaluation, this)
  }

  /** Whether a check of the candidate could only say yes. */
  isCertain(candidate: ObjectId): boolean {
    return this.#certaintyOf(candidate, this.#target) === CERTAIN
  }

  /** Finds all candidates. A yielded null lets other work run. */
  *search(): Generator<null, void> {
    this.#start()
    for (;;) {
      if (this.#scans.isOpen) yield* this.#scans.follow()
      const certain = this.#certainAgenda.length > 0
      const agenda = certain ? this.#certainAgenda : this.#uncertainAgenda
      const member = agenda.pop() as MemberId | undefined
      if (member === undefined) {
        if (!this.#scans.isWaiting) return
        yield* this.#scans.wait()
        continue
      }
      const object = agenda.pop() as ObjectId
      // A member that was uncertain when it was queued may have been followed as certain since.
      if (certain || this.#certaintyOf(object, member) === UNCERTAIN)
        this.#follow(object, member, certain)
      if (this.#breather.isDue()) yield null
    }
  }

  first({ node, range }: ResourceScan): EdgeId {
    return this.#evaluation.snapshot.firstResource(node, range)
  }

  next({ node, range }: ResourceScan, edge: EdgeId): EdgeId {
    return this.#evaluation.snapshot.nextResource(node, edge, range)
  }

  /**
   * Visits where the subject starts: a subject set is in itself; a plain object is in the rows that
   * name it or the wildcard, and is itself (`self`).
   */
  #start(): void {
    const { subject, subjectNode, wildcardNode } = this.#evaluation
    if (subject.member !== NO_MEMBER) {
      this.#reach(subject.object, subject.member, true)
      return
    }
    this.#scanAll(subjectNode, true)
    this.#scanAll(wildcardNode, true)
    for (const { permission, sufficient } of this.#entrypoints.own) {
      this.#reach(subject.object, permission, sufficient)
    }
  }

  #reach(object: ObjectId, member: MemberId, certain: boolean): void {
    if (this.#entrypoints.useful[member] === 0) return
    let certainties = this.#reached.get(member)
    if (certainties === undefined) {
      certainties = new ByteColumn()
      this.#reached.set(member, certainties)
    }
    const known = certainties.get(object)
    const certainty = certain ? CERTAIN : UNCERTAIN
    if (known >= certainty) return
    if (known === 0 && member === this.#target) this.#addCandidate(object)
    certainties.set(object, certainty)
    const agenda = certain ? this.#certainAgenda : this.#uncertainAgenda
    agenda.push(object, member)
  }

  #certaintyOf(object: ObjectId, member: MemberId): number {
    return this.#reached.get(member)?.get(object) ?? 0
  }

  #addCandidate(object: ObjectId): void {
    if (!this.#isWanted(object)) return
    if (object === NONE) this.includesUnknown = true
    else this.candidates.push(object)
  }

  #follow(object: ObjectId, member: MemberId, certain: boolean): void {
    const { snapshot } = this.#evaluation
    if (this.#entrypoints.leadsOn[member] === 1) this.#window?.countLeading()
    if (this.#entrypoints.sets[member] === 1)
      this.#scanAll(this.#evaluation.row(object, member), certain)
    for (const { permission, arrow, sufficient } of this.#entrypoints.from.get(member) ?? []) {
      if (arrow === null) this.#reach(object, permission, certain && sufficient)
      else if (object !== NONE) {
        const { relation, kinds } = arrow
        const range = this.#ranges.forArrow(relation, permission)
        for (const kind of kinds) {
          const node = snapshot.node(object, kind)
          this.#openScan({
            node,
            relation,
            target: permission,
            certain: certain && sufficient,
            range,
          })
        }
      }
    }
  }

  /** Scans all useful relations that name the node. */
  #scanAll(node: NodeId, certain: boolean): void {
    const range = this.#ranges.forAll
    this.#openScan({ node, relation: NO_MEMBER, target: NO_MEMBER, certain, range })
  }

  #openScan(rows: Omit<ResourceScan, 'at'>): void {
    if (rows.node !== NONE) this.#scans.push({ ...rows, at: NONE })
  }

  visit({ relation, target, certain, range }: ResourceScan, edge: EdgeId): void {
    const { snapshot, schemaIndex } = this.#evaluation
    const row = snapshot.resourceOf(edge)
    const own = schemaIndex.members[snapshot.kindOf(row)] as MemberId
    if (relation === NO_MEMBER ? this.#entrypoints.useful[own] !== 1 : own !== relation) return
    const object = snapshot.objectOf(row)
    if (range?.idRange?.type === schemaIndex.schema.members[own].definition) {
      if (this.#window?.admit(object) === false) return
    }
    if (!this.#evaluation.counts(edge, own)) return
    const condition = this.#evaluation.condition(edge)
    if (condition === NO) return
    const member = target === NO_MEMBER ? own : target
    this.#reach(object, member, certain && condition === YES)
  }
}

/**
 * The parts of scans that a window needs. If candidates lead on to other objects, all rows matter.
 */
class RangesByType {
  /** The range for scans of all useful relations. */
  readonly forAll: ListRange | undefined
  readonly #members: SchemaIndex['schema']['members']
  readonly #entrypoints: Entrypoints
  readonly #window: Window | null

  constructor({ schema }: SchemaIndex, entrypoints: Entrypoints, window: Window | null) {
    this.#members = schema.members
    this.#entrypoints = entrypoints
    this.#window = window
    const useful = schema.members.filter(
      ({ id, kind }) => kind === 'relation' && entrypoints.useful[id] === 1,
    )
    const types = [...new Set(useful.map(({ definition }) => definition))].sort(compareTexts)
    this.forAll = this.#of(
      types,
      useful.map(({ id }) => id),
    )
  }

  /** The range for a scan of one relation that leads to the target. */
  forArrow(relation: MemberId, target: MemberId): ListRange | undefined {
    return this.#of([this.#members[relation].definition], [target])
  }

  #of(types: readonly string[], reached: readonly MemberId[]): ListRange | undefined {
    const window = this.#window
    if (window === null) return undefined
    const candidatesLeadOn = reached.some(
      id => this.#members[id].definition === window.type && this.#entrypoints.leadsOn[id] === 1,
    )
    return { types, idRange: candidatesLeadOn ? null : window }
  }
}
