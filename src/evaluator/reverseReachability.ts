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
  readonly range: ListRange | undefined
}

export class ReverseReachability implements ScanVisitor<ResourceScan> {
  /** Objects whose target was reached, each once. */
  readonly candidates: ObjectId[] = []
  /** Whether the subject's own object is one more, which the snapshot does not know. */
  unknown = false
  readonly #evaluation: EvaluationContext
  readonly #target: MemberId
  readonly #takes: (object: ObjectId) => boolean
  readonly #window: Window | null
  readonly #entrypoints: Entrypoints
  readonly #spans: RangesByType
  /** By member and object: how it was reached. */
  readonly #reached = new Map<MemberId, ByteColumn>()
  /** Places to leave, each as its object and its member. */
  readonly #sure: number[] = []
  readonly #unsure: number[] = []
  readonly #passages: EdgeScans<ResourceScan>
  readonly #breather: Breather

  /** @param evaluation about the subject; its bound on work is one on the whole ascent */
  constructor(
    evaluation: EvaluationContext,
    target: MemberId,
    { takes, window }: ReachabilityScope,
  ) {
    this.#evaluation = evaluation
    this.#target = target
    this.#takes = takes
    this.#window = window
    this.#entrypoints = entrypointsOf(
      evaluation.schemaIndex,
      target,
      evaluation.subject,
      evaluation.budget,
    )
    this.#spans = new RangesByType(evaluation.schemaIndex, this.#entrypoints, window)
    this.#breather = new Breather(evaluation.circumstances.turn)
    this.#passages = new EdgeScans(evaluation, this)
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

  first({ node, range }: ResourceScan): EdgeId {
    return this.#evaluation.snapshot.firstResource(node, range)
  }

  next({ node, range }: ResourceScan, edge: EdgeId): EdgeId {
    return this.#evaluation.snapshot.nextResource(node, edge, range)
  }

  /** A set is in itself; an object stands in rows, its own or the wildcard's, and is itself. */
  #begin(): void {
    const { subject, subjectNode, wildcardNode } = this.#evaluation
    if (subject.member !== NO_MEMBER) {
      this.#reach(subject.object, subject.member, true)
      return
    }
    this.#passTo(subjectNode, true)
    this.#passTo(wildcardNode, true)
    for (const { permission, enough } of this.#entrypoints.own) {
      this.#reach(subject.object, permission, enough)
    }
  }

  #reach(object: ObjectId, member: MemberId, sure: boolean): void {
    if (this.#entrypoints.useful[member] === 0) return
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
    const { snapshot } = this.#evaluation
    if (this.#entrypoints.leadsOn[member] === 1) this.#window?.lead()
    if (this.#entrypoints.sets[member] === 1)
      this.#passTo(this.#evaluation.row(object, member), sure)
    for (const { permission, arrow, enough } of this.#entrypoints.from.get(member) ?? []) {
      if (arrow === null) this.#reach(object, permission, sure && enough)
      else if (object !== NONE) {
        const { relation, kinds } = arrow
        const range = this.#spans.ofArrow(relation, permission)
        for (const kind of kinds) {
          const node = snapshot.node(object, kind)
          this.#pass({ node, relation, target: permission, sure: sure && enough, range })
        }
      }
    }
  }

  /** To all useful relations that name the node. */
  #passTo(node: NodeId, sure: boolean): void {
    const range = this.#spans.ofAll
    this.#pass({ node, relation: NO_MEMBER, target: NO_MEMBER, sure, range })
  }

  #pass(rows: Omit<ResourceScan, 'at'>): void {
    if (rows.node !== NONE) this.#passages.push({ ...rows, at: NONE })
  }

  cross({ relation, target, sure, range }: ResourceScan, edge: EdgeId): void {
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
    this.#reach(object, member, sure && condition === YES)
  }
}

/** What matters of the rows that a node stands in. Where candidates lead on, all of them do. */
class RangesByType {
  /** Of those of all useful relations. */
  readonly ofAll: ListRange | undefined
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
      id => this.#members[id].definition === window.type && this.#entrypoints.leadsOn[id] === 1,
    )
    return { types, idRange: leadOn ? null : window }
  }
}
