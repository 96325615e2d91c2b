// Up from a subject to the resources that may be its own, against the direction of a check. A place,
// which is an object's member, is left once, so that circles end by themselves and nothing is too
// deep. Ways are sure where a check of the place could only say yes: these are followed first, so
// that no place is left a second time because it turns out to be sure. Memory: a number for each
// candidate, a byte for each place. Wildcards are nothing that one could come to: they are subjects.

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

/** How a place was reached, if it was. */
const UNSURE = 1
const SURE = 2

/** Which candidates are looked for. */
interface ReachabilityScope {
  /** Whether the object is to be one. */
  readonly takes: (object: ObjectId) => boolean
  /** Null where all of them are looked at together. */
  readonly window: Window | null
}

/** The rows that a node stands in, and where they lead. */
interface ResourceScan extends EdgeScan {
  readonly node: NodeId
  /** Only rows of this relation; NO_MEMBER for those of all useful ones. */
  readonly relation: MemberId
  /** The member of the row's object to go to; NO_MEMBER for the row's own relation. */
  readonly target: MemberId
  readonly sure: boolean
  /** What of them matters, where there is a window. */
  readonly span: ListRange | undefined
}

export class ReverseReachability implements ScanVisitor<ResourceScan> {
  /** Objects whose target was reached, each once. */
  readonly candidates: ObjectId[] = []
  /** Whether the subject's own object is one more, which the snapshot does not know. */
  unknown = false
  readonly #inquiry: EvaluationContext
  readonly #target: MemberId
  readonly #takes: (object: ObjectId) => boolean
  readonly #window: Window | null
  readonly #entrances: Entrypoints
  readonly #spans: RangesByType
  /** By member and object: how it was reached. */
  readonly #reached = new Map<MemberId, ByteColumn>()
  /** Places to leave, each as its object and its member. */
  readonly #sure: number[] = []
  readonly #unsure: number[] = []
  readonly #passages: EdgeScans<ResourceScan>
  readonly #breather: Breather

  /** @param inquiry about the subject; its bound on work is one on the whole ascent */
  constructor(inquiry: EvaluationContext, target: MemberId, { takes, window }: ReachabilityScope) {
    this.#inquiry = inquiry
    this.#target = target
    this.#takes = takes
    this.#window = window
    this.#entrances = entrypointsOf(inquiry.binding, target, inquiry.subject, inquiry.budget)
    this.#spans = new RangesByType(inquiry.binding, this.#entrances, window)
    this.#breather = new Breather(inquiry.circumstances.turn)
    this.#passages = new EdgeScans(inquiry, this)
  }

  /** Whether a check of the candidate could only say yes. */
  isSure(candidate: ObjectId): boolean {
    return this.#wayTo(candidate, this.#target) === SURE
  }

  /** Goes wherever there is a way; each null is a moment at which others may have their turn. */
  *climb(): Generator<null, void> {
    this.#begin()
    for (;;) {
      if (this.#passages.isOpen) yield* this.#passages.follow()
      const sure = this.#sure.length > 0
      const agenda = sure ? this.#sure : this.#unsure
      const member = agenda.pop() as MemberId | undefined
      if (member === undefined) {
        if (!this.#passages.isWaiting) return
        yield* this.#passages.wait()
        continue
      }
      const object = agenda.pop() as ObjectId
      // One that was not sure may have become so, and have been left.
      if (sure || this.#wayTo(object, member) === UNSURE) this.#leave(object, member, sure)
      if (this.#breather.isDue()) yield null
    }
  }

  first({ node, span }: ResourceScan): EdgeId {
    return this.#inquiry.snapshot.firstResource(node, span)
  }

  next({ node, span }: ResourceScan, edge: EdgeId): EdgeId {
    return this.#inquiry.snapshot.nextResource(node, edge, span)
  }

  /** A set is in itself; an object stands in rows, its own or the wildcard's, and is itself. */
  #begin(): void {
    const { subject, subjectNode, wildcardNode } = this.#inquiry
    if (subject.member !== NO_MEMBER) {
      this.#reach(subject.object, subject.member, true)
      return
    }
    this.#passTo(subjectNode, true)
    this.#passTo(wildcardNode, true)
    for (const { permission, enough } of this.#entrances.own) {
      this.#reach(subject.object, permission, enough)
    }
  }

  #reach(object: ObjectId, member: MemberId, sure: boolean): void {
    if (this.#entrances.useful[member] === 0) return
    let places = this.#reached.get(member)
    if (places === undefined) {
      places = new ByteColumn()
      this.#reached.set(member, places)
    }
    const known = places.get(object)
    const way = sure ? SURE : UNSURE
    if (known >= way) return
    if (known === 0 && member === this.#target) this.#meet(object)
    places.set(object, way)
    const agenda = sure ? this.#sure : this.#unsure
    agenda.push(object, member)
  }

  #wayTo(object: ObjectId, member: MemberId): number {
    return this.#reached.get(member)?.get(object) ?? 0
  }

  #meet(object: ObjectId): void {
    if (!this.#takes(object)) return
    if (object === NONE) this.unknown = true
    else this.candidates.push(object)
  }

  #leave(object: ObjectId, member: MemberId, sure: boolean): void {
    const { snapshot } = this.#inquiry
    if (this.#entrances.leadsOn[member] === 1) this.#window?.lead()
    if (this.#entrances.sets[member] === 1) this.#passTo(this.#inquiry.row(object, member), sure)
    for (const { permission, arrow, enough } of this.#entrances.from.get(member) ?? []) {
      if (arrow === null) this.#reach(object, permission, sure && enough)
      else if (object !== NONE) {
        const { relation, kinds } = arrow
        const span = this.#spans.ofArrow(relation, permission)
        for (const kind of kinds) {
          const node = snapshot.node(object, kind)
          this.#pass({ node, relation, target: permission, sure: sure && enough, span })
        }
      }
    }
  }

  /** To all useful relations that name the node. */
  #passTo(node: NodeId, sure: boolean): void {
    const span = this.#spans.ofAll
    this.#pass({ node, relation: NO_MEMBER, target: NO_MEMBER, sure, span })
  }

  #pass(rows: Omit<ResourceScan, 'at'>): void {
    if (rows.node !== NONE) this.#passages.push({ ...rows, at: NONE })
  }

  cross({ relation, target, sure, span }: ResourceScan, edge: EdgeId): void {
    const { snapshot, binding } = this.#inquiry
    const row = snapshot.resourceOf(edge)
    const own = binding.members[snapshot.kindOf(row)] as MemberId
    if (relation === NO_MEMBER ? this.#entrances.useful[own] !== 1 : own !== relation) return
    const object = snapshot.objectOf(row)
    if (span?.extent?.type === binding.schema.members[own].definition) {
      if (this.#window?.admit(object) === false) return
    }
    if (!this.#inquiry.counts(edge, own)) return
    const condition = this.#inquiry.condition(edge)
    if (condition === NO) return
    const member = target === NO_MEMBER ? own : target
    this.#reach(object, member, sure && condition === YES)
  }
}

/** What matters of the rows that a node stands in. Where candidates lead on, all of them do. */
class RangesByType {
  /** Of those of all useful relations. */
  readonly ofAll: ListRange | undefined
  readonly #members: SchemaIndex['schema']['members']
  readonly #entrances: Entrypoints
  readonly #window: Window | null

  constructor({ schema }: SchemaIndex, entrances: Entrypoints, window: Window | null) {
    this.#members = schema.members
    this.#entrances = entrances
    this.#window = window
    const useful = schema.members.filter(
      ({ id, kind }) => kind === 'relation' && entrances.useful[id] === 1,
    )
    const types = [...new Set(useful.map(({ definition }) => definition))].sort(compareTexts)
    this.ofAll = this.#of(
      types,
      useful.map(({ id }) => id),
    )
  }

  /** Of those of one relation, behind which the target is. */
  ofArrow(relation: MemberId, target: MemberId): ListRange | undefined {
    return this.#of([this.#members[relation].definition], [target])
  }

  #of(types: readonly string[], reached: readonly MemberId[]): ListRange | undefined {
    const window = this.#window
    if (window === null) return undefined
    const leadOn = reached.some(
      id => this.#members[id].definition === window.type && this.#entrances.leadsOn[id] === 1,
    )
    return { types, extent: leadOn ? null : window }
  }
}
