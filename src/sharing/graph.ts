// What sharing asks of the graph, in terms, at one revision and one moment: who stands in a row, in
// which rows somebody stands, and what a check says. Relationships that have expired, or that the
// schema does not admit, are not there. What is not loaded is thrown for (Unloaded).

import type { Stop, TurnShare, View } from '../engine/index.js'
import { answerItem, inWindows, passing, roomFor, type WindowedQuestion } from '../engine/index.js'
import {
  atOnce,
  Breather,
  type EdgeId,
  lookupResources as evaluateResources,
  lookupSubjects as evaluateSubjects,
  type FoundResource,
  type KindId,
  NONE,
  type NodeId,
  type ResourcesQuestion,
  type SubjectRow,
  type SubjectsQuestion,
  UNLOADED,
  Unloaded,
} from '../evaluator/index.js'
import { isAdmitted } from '../language/index.js'
import {
  type CheckAnswer,
  type JsonObject,
  limits,
  type ObjectReference,
  printIdentity,
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
  readonly #answers = new Map<string, CheckAnswer>()

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
    if (this.#breather.isDue(LOOK_WORK)) await this.#turn.next(stop)
  }

  /** @throws Refusal as `check` does */
  check(resource: ObjectReference, permission: string, subject: SubjectReference): CheckAnswer {
    const key = printIdentity({ resource, relation: permission, subject })
    const known = this.#answers.get(key)
    if (known !== undefined) return known
    const item = { resource, permission, subject, context: this.#context }
    const answer = atOnce(answerItem(this.view, item, { now: this.now }))
    this.#answers.set(key, answer)
    return answer
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

  /** The row's relationships; only those whose subjects are sets, if so asked. */
  *row(
    resource: ObjectReference,
    relation: string,
    { setsOnly = false } = {},
  ): Generator<Relationship> {
    const { snapshot } = this.view
    const node = this.#node(resource, relation)
    if (node === NONE) return
    let edge = loaded(snapshot.firstSubject(node, setsOnly))
    for (; edge !== NONE; edge = loaded(snapshot.nextSubject(node, edge, setsOnly))) {
      const relationship = this.#live(edge)
      if (relationship !== null) yield relationship
    }
  }

  /** The relationships that name the subject. */
  *resourcesOf(subject: SubjectReference): Generator<Relationship> {
    const { snapshot } = this.view
    const node = this.#node(subject, subject.relation)
    if (node === NONE) return
    let edge = loaded(snapshot.firstResource(node))
    for (; edge !== NONE; edge = loaded(snapshot.nextResource(node, edge))) {
      const relationship = this.#live(edge)
      if (relationship !== null) yield relationship
    }
  }

  /** Every live relationship of the object, as resource or as subject, admitted or not, each once. */
  *about(object: ObjectReference): Generator<Relationship> {
    const seen = new Set<EdgeId>()
    for (const edge of this.#edgesOf(object)) {
      if (seen.has(edge)) continue
      seen.add(edge)
      const relationship = this.#read(edge)
      if (this.#isLive(relationship)) yield relationship
    }
  }

  /** How many persons stand in the row, and until when none of them expires, ms since 1970. */
  count(resource: ObjectReference, relation: string): { count: number; until: number } {
    const { snapshot } = this.view
    const node = this.#node(resource, relation)
    let count = 0
    let until = Number.POSITIVE_INFINITY
    if (node === NONE) return { count, until }
    const counts = this.#personKinds(resource.type, relation)
    let edge = loaded(snapshot.firstSubject(node, false))
    for (; edge !== NONE; edge = loaded(snapshot.nextSubject(node, edge, false))) {
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
  ): AsyncGenerator<FoundResource, void> {
    const { depthMax, workMax } = limits
    const turn = this.#turn
    const asked = { resourceType: type, permission, subject, within: null }
    const bounds = { after, context: this.#context, now: this.now, depthMax, workMax, turn }
    const lookup: WindowedQuestion<FoundResource, ResourcesQuestion> = {
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

  /** The same, of what is loaded. @throws Unloaded */
  *subjectsHere(resource: ObjectReference, sought: Sought): Generator<SubjectRow, void> {
    const { snapshot, schema, workingSet } = this.view
    for (const row of evaluateSubjects(snapshot, schema, this.#toSubjects(resource, sought))) {
      if (row !== null) yield row
      else if (workingSet?.isWanting) throw new Unloaded()
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

  *#edgesOf({ type, id }: ObjectReference): Generator<EdgeId> {
    const { snapshot } = this.view
    const { kinds } = snapshot
    for (let kind = 0; kind < kinds.size; kind++) {
      if (kinds.typeOf(kind as KindId) !== type) continue
      const node = this.#node({ type, id }, kinds.relationOf(kind as KindId))
      if (node === NONE) continue
      let edge = loaded(snapshot.firstSubject(node, false))
      for (; edge !== NONE; edge = loaded(snapshot.nextSubject(node, edge, false))) yield edge
      edge = loaded(snapshot.firstResource(node))
      for (; edge !== NONE; edge = loaded(snapshot.nextResource(node, edge))) yield edge
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

/** Objects of the type that have, or on which one has, the permission. */
interface Sought {
  readonly type: string
  readonly permission: string
  /** Only ids after this one; null for all. */
  readonly after: string | null
}
