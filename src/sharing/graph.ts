// The graph as sharing reads it, at one revision and one moment, in terms rather than node ids: the
// relationships of a relation, the relationships of a subject, and checks. It leaves out expired
// relationships and those that the schema does not admit. Where the on-demand graph has not loaded
// the data yet, it throws Unloaded.
//
// Long work goes in slices. When a slice is over, a synchronous method throws SLICE_OVER, and its
// caller starts again after the pause: finished results are kept, and unfinished work continues
// where it stopped. All reads and checks of one graph share one budget.

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
  type ResourcesQuestion,
  rest,
  SLICE_OVER,
  type SubjectRow,
  type SubjectsQuestion,
  stepOf,
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
import { edgeBetween, nodeOf, readEdge, resourceEdges, subjectEdges } from './edges.js'

/** The object itself as a subject, such as a person. */
export const plain = ({ type, id }: ObjectReference): SubjectReference => ({
  type,
  id,
  relation: '',
})

/** The weight of looking at one principal, in units of work. */
const LOOK_WORK = 32

export class Graph {
  readonly view: View
  /** The moment at which expirations are decided, ms since 1970. */
  readonly now: number
  readonly #context: JsonObject
  readonly #turn: TurnShare
  readonly #breather: Breather
  /** The results of finished work, and the refusals, by the name of the work. */
  readonly #results = new Map<string, unknown>()
  /** The work that the end of a slice interrupted, by its name. */
  readonly #open = new Map<string, Generator<null, unknown>>()
  /** The units of work that may still be spent. */
  #left: number = limits.bulkWorkMax

  /** @param context for the caveats of checks */
  constructor(view: View, now: number, context: JsonObject, turn: TurnShare) {
    this.view = view
    this.now = now
    this.#context = context
    this.#turn = turn
    this.#breather = new Breather(turn)
  }

  /** Ends the slice if it is over, so that others get a turn. @throws the reason to stop */
  async pause(stop?: Stop): Promise<void> {
    if (this.isDue()) await this.#turn.next(stop)
  }

  /** Counts one look at a relationship. @returns whether the slice is over */
  isDue(): boolean {
    return this.#breather.isDue(LOOK_WORK)
  }

  /** Runs the work in slices. @returns its result @throws the reason to stop */
  finished<Result>(work: Generator<null, Result>, stop?: Stop): Promise<Result> {
    return finished(work, { turn: this.#turn, stop })
  }

  /** Runs an attempt, and repeats it after each slice that ended before the attempt did. */
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
   * The result of the work of this name. A repeated call returns the known result, or continues the
   * work where a slice ended it.
   * @throws SLICE_OVER
   */
  resumed<Result>(name: string, start: () => Generator<null, Result>): Result {
    if (!this.#results.has(name)) {
      const left = this.#left
      this.#results.set(
        name,
        orRefusal(() => this.#stepOf(name, start)),
      )
      if (this.#breather.isDue(LOOK_WORK + left - this.#left)) throw SLICE_OVER
    }
    const result = this.#results.get(name)
    if (result instanceof Refusal) throw result
    return result as Result
  }

  #stepOf(name: string, start: () => Generator<null, unknown>): unknown {
    const work = this.#open.get(name) ?? start()
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

  /** Whether the answer of the check is yes, without conditions. */
  may(resource: ObjectReference, permission: string, subject: SubjectReference): boolean {
    return this.check(resource, permission, subject).kind === 'yes'
  }

  find({ resource, relation, subject }: RelationshipIdentity): Relationship | null {
    const { snapshot } = this.view
    const from = nodeOf(snapshot, resource, relation)
    const to = nodeOf(snapshot, subject, subject.relation)
    const edge = edgeBetween(snapshot, from, to)
    return edge === NONE ? null : this.#live(edge)
  }

  /**
   * The relationships of the object's relation, for callers that take a few of them.
   * @param setsOnly whether to leave out subjects that are objects rather than sets
   */
  *row(
    resource: ObjectReference,
    relation: string,
    { setsOnly = false } = {},
  ): Generator<Relationship> {
    for (const edge of this.#subjectEdges(resource, relation, setsOnly)) {
      const relationship = this.#live(edge)
      if (relationship !== null) yield relationship
    }
  }

  /** The relationships of the object's relation. A null says that the slice is over. */
  rowInSlices(
    resource: ObjectReference,
    relation: string,
    { setsOnly = false } = {},
  ): Generator<Relationship | null> {
    const edges = this.#subjectEdges(resource, relation, setsOnly)
    return this.#inSlices(edges, edge => this.#live(edge))
  }

  /** The relationships that have the subject. A null says that the slice is over. */
  resourcesOf(subject: SubjectReference): Generator<Relationship | null> {
    const { snapshot } = this.view
    const edges = resourceEdges(snapshot, nodeOf(snapshot, subject, subject.relation))
    return this.#inSlices(edges, edge => this.#live(edge))
  }

  /**
   * Every unexpired relationship that has the object as resource or subject, each once, also where
   * the schema does not admit it. A null says that the slice is over.
   */
  about(object: ObjectReference): Generator<Relationship | null> {
    const seen = new Set<EdgeId>()
    return this.#inSlices(this.#edgesOf(object), edge => {
      if (seen.has(edge)) return null
      seen.add(edge)
      const relationship = readEdge(this.view.snapshot, edge)
      return this.#isLive(relationship) ? relationship : null
    })
  }

  /** Reads the edges; skips those that read as null. @throws Refusal `work-exceeded` */
  *#inSlices(
    edges: Iterable<EdgeId>,
    read: (edge: EdgeId) => Relationship | null,
  ): Generator<Relationship | null> {
    for (const edge of edges) {
      if (--this.#left < 0) throw workExceeded()
      const relationship = read(edge)
      if (relationship !== null) yield relationship
      if (this.isDue()) yield null
    }
  }

  /** Counts the persons that the object's relation names directly. */
  *count(resource: ObjectReference, relation: string): Generator<null, PersonCount> {
    const { snapshot } = this.view
    const counts = this.#personKinds(resource.type, relation)
    let count = 0
    let until = Number.POSITIVE_INFINITY
    for (const edge of this.#subjectEdges(resource, relation, false)) {
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

  /** The resources of the type on which the subject has the permission, in the order of ids. */
  reached(
    subject: SubjectReference,
    { type, permission, after }: ObjectLookup,
    stop?: Stop,
  ): AsyncGenerator<Found, void> {
    const { depthMax, workMax } = limits
    const turn = this.#turn
    const question = { resourceType: type, permission, subject, within: null }
    const bounds = { after, context: this.#context, now: this.now, depthMax, workMax, turn }
    const lookup: WindowedQuestion<Found, ResourcesQuestion> = {
      evaluate: evaluateResources,
      question: { ...question, ...bounds },
      room: roomFor(limits.sharingPageMax),
    }
    return inWindows(() => passing(this.view), lookup, { turn: this.#turn, stop })
  }

  /** The subjects of the type that have the permission, also conditionally, in the order of ids. */
  subjects(resource: ObjectReference, sought: ObjectLookup): AsyncGenerator<SubjectRow, void> {
    const lookup: WindowedQuestion<SubjectRow, SubjectsQuestion> = {
      evaluate: evaluateSubjects,
      question: this.#toSubjects(resource, sought),
      room: roomFor(limits.sharingPageMax),
    }
    return inWindows(() => passing(this.view), lookup, { turn: this.#turn })
  }

  /**
   * The same subjects, from the loaded part of the graph. A null says that the slice is over.
   * @throws Unloaded
   */
  *subjectsHere(
    resource: ObjectReference,
    sought: ObjectLookup,
  ): Generator<SubjectRow | null, void> {
    const { snapshot, schema, workingSet } = this.view
    for (const row of evaluateSubjects(snapshot, schema, this.#toSubjects(resource, sought))) {
      if (row === null && workingSet?.isWanting) throw new Unloaded()
      yield row
    }
  }

  #toSubjects(
    resource: ObjectReference,
    { type, permission, after }: ObjectLookup,
  ): SubjectsQuestion {
    const { depthMax, workMax } = limits
    const turn = this.#turn
    const sought = { resource, permission, subjectType: type, subjectRelation: '', wildcard: false }
    return { ...sought, after, context: this.#context, now: this.now, depthMax, workMax, turn }
  }

  /** The kinds that the relation admits as objects, without a caveat and without an expiration. */
  #personKinds(type: string, relation: string): ReadonlySet<KindId> {
    const { snapshot, schema } = this.view
    const member = schema.member(type, relation)
    const types = member?.kind === 'relation' ? member.types : []
    const unconditional = types.filter(
      each => each.relation === '' && !each.wildcard && each.caveat === null && !each.expiration,
    )
    return new Set(unconditional.map(each => snapshot.kinds.find(each.type, '')))
  }

  #isPerson(edge: EdgeId): boolean {
    const subject = this.#live(edge)?.subject
    return subject !== undefined && subject.relation === '' && subject.id !== WILDCARD
  }

  #subjectEdges(object: ObjectReference, relation: string, setsOnly: boolean): Generator<EdgeId> {
    const { snapshot } = this.view
    return subjectEdges(snapshot, nodeOf(snapshot, object, relation), setsOnly)
  }

  *#edgesOf({ type, id }: ObjectReference): Generator<EdgeId> {
    const { snapshot } = this.view
    const { kinds } = snapshot
    for (let kind = 0; kind < kinds.size; kind++) {
      if (kinds.typeOf(kind as KindId) !== type) continue
      const node = nodeOf(snapshot, { type, id }, kinds.relationOf(kind as KindId))
      yield* subjectEdges(snapshot, node, false)
      yield* resourceEdges(snapshot, node)
    }
  }

  #live(edge: EdgeId): Relationship | null {
    const relationship = readEdge(this.view.snapshot, edge)
    if (!this.#isLive(relationship)) return null
    return isAdmitted(this.view.schema, relationship) ? relationship : null
  }

  #isLive({ expiresAt }: Relationship): boolean {
    return expiresAt === null || expiresAt > this.now
  }
}

const workExceeded = (): Refusal =>
  new Refusal(
    'work-exceeded',
    `work exceeded: what is asked goes through more than ${limits.bulkWorkMax} relationships`,
    { exceeded: 'relationships', maximum_units_allowed: `${limits.bulkWorkMax}` },
  )

interface PersonCount {
  readonly count: number
  /** When the first of the counted relationships expires, ms since 1970. */
  readonly until: number
}

/** What a lookup lists: objects of the type that have the permission, or on which it is had. */
interface ObjectLookup {
  readonly type: string
  readonly permission: string
  /** The id after which the list begins; null for all. */
  readonly after: string | null
}
