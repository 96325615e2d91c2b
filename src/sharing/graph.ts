// What sharing asks of the graph, in terms, at one revision and one moment: who stands in a row, in
// which rows somebody stands, and what a check says. Relationships that have expired, or that the
// schema does not admit, are not there. What is not loaded is thrown for (Unloaded).
//
// Whatever takes long goes in slices. Synchronous callers leave where a slice is over, by SLICE_OVER,
// and ask again after the pause: what they had found out by then is known, and work that was under
// way is taken up where it stopped. All that one graph is asked draws on one bound on work.

import type { Stop, TurnShare, View } from '../engine/index.js'
import {
  answerItem,
  finished,
  inWindows,
  passing,
  roomFor,
  type WindowedQuestion,
} from '../engine/index.js'
import {
  Breather,
  type EdgeId,
  lookupResources as evaluateResources,
  lookupSubjects as evaluateSubjects,
  type Found,
  type KindId,
  NONE,
  type NodeId,
  type ResourcesQuestion,
  rest,
  SLICE_OVER,
  type SubjectRow,
  type SubjectsQuestion,
  stepOf,
  UNLOADED,
  Unloaded,
  WorkBudget,
} from '../evaluator/index.js'
import { isAdmitted } from '../language/index.js'
import {
  type CheckAnswer,
  type CheckItem,
  type JsonObject,
  limits,
  type ObjectReference,
  orRefusal,
  printIdentity,
  Refusal,
  type Relationship,
  type RelationshipIdentity,
  type SubjectReference,
  WILDCARD,
} from '../terms/index.js'

/** A person, or an object as such, as the subject of relationships. */
export const plain = ({ type, id }: ObjectReference): SubjectReference => ({
  type,
  id,
  relation: '',
})

/** What looking at a principal weighs, in units of work. */
const LOOK_WORK = 32

export class Graph {
  readonly view: View
  /** Ms since 1970: what expirations are held against. */
  readonly now: number
  readonly #context: JsonObject
  readonly #turn: TurnShare
  readonly #breather: Breather
  /** Results of work, and of work that a slice ended what is left, by its name. */
  readonly #results = new Map<string, unknown>()
  readonly #open = new Map<string, Generator<null, unknown>>()
  /** Units that may still be spent. */
  #left: number = limits.bulkWorkMax

  /** @param context for the caveats of checks */
  constructor(view: View, now: number, context: JsonObject, turn: TurnShare) {
    this.view = view
    this.now = now
    this.#context = context
    this.#turn = turn
    this.#breather = new Breather(turn)
  }

  /** Lets others have their turn, when it is theirs. @throws the reason to stop */
  async pause(stop?: Stop): Promise<void> {
    if (this.isDue()) await this.#turn.next(stop)
  }

  /** Whether others are to have their turn, after one more look at a relationship. */
  isDue(): boolean {
    return this.#breather.isDue(LOOK_WORK)
  }

  /** What the work comes to, in turns with others. @throws the reason to stop */
  finished<Result>(work: Generator<null, Result>, stop?: Stop): Promise<Result> {
    return finished(work, { turn: this.#turn, stop })
  }

  /** The same of an attempt, which is made again after each slice that was over before its end. */
  async attempted<Result>(attempt: () => Promise<Result>, stop?: Stop): Promise<Result> {
    for (;;) {
      try {
        return await attempt()
      } catch (error) {
        if (error !== SLICE_OVER) throw error
        await this.#turn.next(stop)
      }
    }
  }

  /**
   * What the work of this name comes to. Whoever asks for it again has what was found out, or goes on
   * where it stopped.
   * @throws SLICE_OVER
   */
  resumed<Result>(name: string, begin: () => Generator<null, Result>): Result {
    if (!this.#results.has(name)) {
      const left = this.#left
      this.#results.set(
        name,
        orRefusal(() => this.#stepOf(name, begin)),
      )
      if (this.#breather.isDue(LOOK_WORK + left - this.#left)) throw SLICE_OVER
    }
    const result = this.#results.get(name)
    if (result instanceof Refusal) throw result
    return result as Result
  }

  #stepOf(name: string, begin: () => Generator<null, unknown>): unknown {
    const work = this.#open.get(name) ?? begin()
    this.#open.delete(name)
    try {
      return stepOf(work)
    } catch (error) {
      if (error === SLICE_OVER) this.#open.set(name, work)
      throw error
    }
  }

  /** @throws Refusal as `check` does; SLICE_OVER */
  check(resource: ObjectReference, permission: string, subject: SubjectReference): CheckAnswer {
    const name = printIdentity({ resource, relation: permission, subject })
    return this.resumed(name, () =>
      this.#checked({ resource, permission, subject, context: this.#context }),
    )
  }

  *#checked(item: CheckItem): Generator<null, CheckAnswer> {
    const turn = this.#turn
    const budget = new WorkBudget(Math.min(limits.workMax, this.#left), turn)
    try {
      return yield* rest(answerItem(this.view, item, { now: this.now, turn, budget }))
    } finally {
      this.#left -= budget.work
    }
  }

  /** Whether the check says yes, without conditions. */
  may(resource: ObjectReference, permission: string, subject: SubjectReference): boolean {
    return this.check(resource, permission, subject).kind === 'yes'
  }

  find({ resource, relation, subject }: RelationshipIdentity): Relationship | null {
    const { snapshot } = this.view
    const from = this.#node(resource, relation)
    const to = this.#node(subject, subject.relation)
    if (from === NONE || to === NONE) return null
    const edge = loaded(snapshot.edge(from, to))
    return edge === NONE ? null : this.#live(edge)
  }

  /** The row's relationships; only those whose subjects are sets, if so asked. For a few of them. */
  *row(
    resource: ObjectReference,
    relation: string,
    { setsOnly = false } = {},
  ): Generator<Relationship> {
    for (const edge of this.#rowEdges(this.#node(resource, relation), setsOnly)) {
      const relationship = this.#live(edge)
      if (relationship !== null) yield relationship
    }
  }

  /** The row's relationships; a null is a moment at which others may have their turn. */
  rowInSlices(
    resource: ObjectReference,
    relation: string,
    { setsOnly = false } = {},
  ): Generator<Relationship | null> {
    const edges = this.#rowEdges(this.#node(resource, relation), setsOnly)
    return this.#inSlices(edges, edge => this.#live(edge))
  }

  /** The relationships that name the subject, in the same way. */
  resourcesOf(subject: SubjectReference): Generator<Relationship | null> {
    const edges = this.#resourceEdges(this.#node(subject, subject.relation))
    return this.#inSlices(edges, edge => this.#live(edge))
  }

  /**
   * Every live relationship of the object, as resource or as subject, admitted or not, each once, in
   * the same way.
   */
  about(object: ObjectReference): Generator<Relationship | null> {
    const seen = new Set<EdgeId>()
    return this.#inSlices(this.#edgesOf(object), edge => {
      if (seen.has(edge)) return null
      seen.add(edge)
      const relationship = this.#read(edge)
      return this.#isLive(relationship) ? relationship : null
    })
  }

  /** What is made of the edges. @throws Refusal `work-exceeded` */
  *#inSlices(
    edges: Iterable<EdgeId>,
    read: (edge: EdgeId) => Relationship | null,
  ): Generator<Relationship | null> {
    for (const edge of edges) {
      if (--this.#left < 0) throw tooMuch()
      const relationship = read(edge)
      if (relationship !== null) yield relationship
      if (this.isDue()) yield null
    }
  }

  /** How many persons stand in the row, and until when none of them expires, ms since 1970. */
  *count(resource: ObjectReference, relation: string): Generator<null, Counted> {
    const { snapshot } = this.view
    const counts = this.#personKinds(resource.type, relation)
    let count = 0
    let until = Number.POSITIVE_INFINITY
    for (const edge of this.#rowEdges(this.#node(resource, relation), false)) {
      if (this.#breather.isDue()) yield null
      const subject = snapshot.subjectOf(edge)
      const isPlain = counts.has(snapshot.kindOf(subject)) && snapshot.caveatOf(edge) === null
      const expiresAt = snapshot.expiresAtOf(edge)
      const isCounted =
        isPlain && expiresAt === Number.POSITIVE_INFINITY
          ? !snapshot.isWildcard(snapshot.objectOf(subject))
          : this.#isPerson(edge)
      if (!isCounted) continue
      until = Math.min(until, expiresAt)
      count++
    }
    return { count, until }
  }

  /** Resources of the type on which the subject has the permission, in the order of ids. */
  reached(
    subject: SubjectReference,
    { type, permission, after }: Sought,
    stop?: Stop,
  ): AsyncGenerator<Found, void> {
    const { depthMax, workMax } = limits
    const turn = this.#turn
    const asked = { resourceType: type, permission, subject, within: null }
    const bounds = { after, context: this.#context, now: this.now, depthMax, workMax, turn }
    const lookup: WindowedQuestion<Found, ResourcesQuestion> = {
      evaluate: evaluateResources,
      question: { ...asked, ...bounds },
      room: roomFor(limits.sharingPageMax),
    }
    return inWindows(() => passing(this.view), lookup, { turn: this.#turn, stop })
  }

  /** Subjects of the type that have the permission, if only on a condition, in the order of ids. */
  subjects(resource: ObjectReference, sought: Sought): AsyncGenerator<SubjectRow, void> {
    const lookup: WindowedQuestion<SubjectRow, SubjectsQuestion> = {
      evaluate: evaluateSubjects,
      question: this.#toSubjects(resource, sought),
      room: roomFor(limits.sharingPageMax),
    }
    return inWindows(() => passing(this.view), lookup, { turn: this.#turn })
  }

  /** The same, of what is loaded; null is a pause. @throws Unloaded */
  *subjectsHere(resource: ObjectReference, sought: Sought): Generator<SubjectRow | null, void> {
    const { snapshot, schema, workingSet } = this.view
    for (const row of evaluateSubjects(snapshot, schema, this.#toSubjects(resource, sought))) {
      if (row === null && workingSet?.isWanting) throw new Unloaded()
      yield row
    }
  }

  #toSubjects(resource: ObjectReference, { type, permission, after }: Sought): SubjectsQuestion {
    const { depthMax, workMax } = limits
    const turn = this.#turn
    const asked = { resource, permission, subjectType: type, subjectRelation: '', wildcard: false }
    return { ...asked, after, context: this.#context, now: this.now, depthMax, workMax, turn }
  }

  /** Kinds that the relation admits as they are: as persons, on no condition, for good. */
  #personKinds(type: string, relation: string): ReadonlySet<KindId> {
    const { snapshot, schema } = this.view
    const member = schema.member(type, relation)
    const types = member?.kind === 'relation' ? member.types : []
    const plain = types.filter(
      each => each.relation === '' && !each.wildcard && each.caveat === null && !each.expiration,
    )
    return new Set(plain.map(each => snapshot.kinds.find(each.type, '')))
  }

  #isPerson(edge: EdgeId): boolean {
    const subject = this.#live(edge)?.subject
    return subject !== undefined && subject.relation === '' && subject.id !== WILDCARD
  }

  #node({ type, id }: ObjectReference, relation: string): NodeId {
    const { snapshot } = this.view
    const object = snapshot.object(type, id)
    const kind = snapshot.kinds.find(type, relation)
    return object === NONE || kind === NONE ? NONE : snapshot.node(object, kind)
  }

  *#rowEdges(row: NodeId, setsOnly: boolean): Generator<EdgeId> {
    const { snapshot } = this.view
    if (row === NONE) return
    let edge = loaded(snapshot.firstSubject(row, setsOnly))
    for (; edge !== NONE; edge = loaded(snapshot.nextSubject(row, edge, setsOnly))) yield edge
  }

  *#resourceEdges(subject: NodeId): Generator<EdgeId> {
    const { snapshot } = this.view
    if (subject === NONE) return
    let edge = loaded(snapshot.firstResource(subject))
    for (; edge !== NONE; edge = loaded(snapshot.nextResource(subject, edge))) yield edge
  }

  *#edgesOf({ type, id }: ObjectReference): Generator<EdgeId> {
    const { kinds } = this.view.snapshot
    for (let kind = 0; kind < kinds.size; kind++) {
      if (kinds.typeOf(kind as KindId) !== type) continue
      const node = this.#node({ type, id }, kinds.relationOf(kind as KindId))
      yield* this.#rowEdges(node, false)
      yield* this.#resourceEdges(node)
    }
  }

  #live(edge: EdgeId): Relationship | null {
    const relationship = this.#read(edge)
    if (!this.#isLive(relationship)) return null
    return isAdmitted(this.view.schema, relationship) ? relationship : null
  }

  #isLive({ expiresAt }: Relationship): boolean {
    return expiresAt === null || expiresAt > this.now
  }

  #read(edge: EdgeId): Relationship {
    const { snapshot } = this.view
    const from = snapshot.resourceOf(edge)
    const to = snapshot.subjectOf(edge)
    const use = snapshot.caveatOf(edge)
    const expiresAt = snapshot.expiresAtOf(edge)
    const subject = this.#reference(to)
    const { relation, ...resource } = this.#reference(from)
    return {
      resource,
      relation,
      subject,
      caveat: use,
      expiresAt: expiresAt === Number.POSITIVE_INFINITY ? null : expiresAt,
    }
  }

  #reference(node: NodeId): SubjectReference {
    const { snapshot } = this.view
    const object = snapshot.objectOf(node)
    return {
      type: snapshot.typeOf(object),
      id: snapshot.idOf(object),
      relation: snapshot.kinds.relationOf(snapshot.kindOf(node)),
    }
  }
}

/** @throws Unloaded */
function loaded(edge: EdgeId): EdgeId {
  if (edge === UNLOADED) throw new Unloaded()
  return edge
}

const tooMuch = (): Refusal =>
  new Refusal(
    'work-exceeded',
    `work exceeded: what is asked goes through more than ${limits.bulkWorkMax} relationships`,
    { exceeded: 'relationships', maximum_units_allowed: `${limits.bulkWorkMax}` },
  )

interface Counted {
  readonly count: number
  /** When the first of them expires, ms since 1970. */
  readonly until: number
}

/** Objects of the type that have, or on which one has, the permission. */
interface Sought {
  readonly type: string
  readonly permission: string
  /** Only ids after this one; null for all. */
  readonly after: string | null
}
