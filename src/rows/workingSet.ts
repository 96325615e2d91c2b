// A part of the graph as of one revision: what one question has needed so far. It answers from rows
// that are at hand; where there is none it says UNLOADED and notes what is wanted, so that one batch
// can bring all of it between two attempts. Its numbers are its own, given as words are met.
//
// Invariant: what it has answered it answers again. Rows come, and none of them goes.

import {
  type CaveatUse,
  type EdgeId,
  type KindId,
  NONE,
  type NodeId,
  type ObjectId,
  type Snapshot,
  UNLOADED,
} from '../evaluator/index.js'
import {
  compareTexts,
  printWant,
  type Relationship,
  type RelationshipIdentity,
  type Revision,
  type Row,
  type SubjectReference,
  type Want,
  WILDCARD,
} from '../terms/index.js'
import type { KindTable } from './kindTable.js'
import { type Known, Place, type Series, seriesOf } from './place.js'

export interface WorkingSetOptions {
  readonly revision: Revision
  readonly kinds: KindTable
  readonly rows: RowSupply
}

/** Where rows come from: at once, if they are at hand, or in a batch. */
export interface RowSupply {
  find(want: Want, revision: Revision): Row | undefined
  load(wants: readonly Want[], revision: Revision): Promise<readonly Row[]>
}

interface Edge {
  readonly resource: NodeId
  readonly subject: NodeId
  readonly relationship: Relationship
}

/** More than nodes or kinds will ever be: pairs of them are one number. */
const PAIR = 2 ** 26

export class WorkingSet implements Snapshot {
  readonly revision: Revision
  readonly kinds: KindTable
  readonly #rows: RowSupply
  readonly #objects: { readonly type: string; readonly id: string }[] = []
  readonly #objectIds = new Map<string, ObjectId>()
  readonly #nodes: { readonly object: ObjectId; readonly kind: KindId }[] = []
  readonly #nodeIds = new Map<number, NodeId>()
  readonly #edges: Edge[] = []
  readonly #edgeIds = new Map<number, EdgeId>()
  readonly #places = new Map<NodeId, Place>()
  /** By subject. */
  readonly #resources = new Map<NodeId, Series>()
  readonly #wanted = new Map<string, Want>()

  constructor({ revision, kinds, rows }: WorkingSetOptions) {
    this.revision = revision
    this.kinds = kinds
    this.#rows = rows
  }

  /** Whether something was asked for that is not at hand. */
  get isWanting(): boolean {
    return this.#wanted.size > 0
  }

  /** Forgets what was asked for: nobody needs it any more. */
  forget(): void {
    this.#wanted.clear()
  }

  /** Brings all that was asked for, in one batch. @throws what the source throws */
  async load(): Promise<void> {
    const wanted = [...this.#wanted.values()]
    this.#wanted.clear()
    const rows = await this.#rows.load(wanted, this.revision)
    for (const [position, want] of wanted.entries()) this.#take(want, rows[position])
  }

  #take(want: Want, row: Row): void {
    if (want.kind === 'of') {
      const subject = this.#toNode(want.subject, want.subject.relation)
      this.#resources.set(subject, seriesOf(this.#toEdges(row)))
      return
    }
    const place = want.kind === 'one' ? want.identity : want
    this.#fill(this.#toNode(place.resource, place.relation), want, row)
  }

  object(type: string, id: string): ObjectId {
    const name = `${type}:${id}`
    const known = this.#objectIds.get(name)
    if (known !== undefined) return known
    const object = (this.#objects.push({ type, id }) - 1) as ObjectId
    this.#objectIds.set(name, object)
    return object
  }

  node(object: ObjectId, kind: KindId): NodeId {
    const pair = object * PAIR + kind
    const known = this.#nodeIds.get(pair)
    if (known !== undefined) return known
    const node = (this.#nodes.push({ object, kind }) - 1) as NodeId
    this.#nodeIds.set(pair, node)
    return node
  }

  objectOf(node: NodeId): ObjectId {
    return this.#nodes[node].object
  }

  kindOf(node: NodeId): KindId {
    return this.#nodes[node].kind
  }

  typeOf(object: ObjectId): string {
    return this.#objects[object].type
  }

  idOf(object: ObjectId): string {
    return this.#objects[object].id
  }

  isWildcard(object: ObjectId): boolean {
    return this.#objects[object].id === WILDCARD
  }

  compareIds(a: ObjectId, b: ObjectId): number {
    return compareTexts(this.idOf(a), this.idOf(b))
  }

  compareIdTo(object: ObjectId, id: string): number {
    return compareTexts(this.idOf(object), id)
  }

  edge(resource: NodeId, subject: NodeId): EdgeId {
    const place = this.#placeOf(resource)
    const known = place.find(subject)
    if (known !== UNLOADED) return known
    if (place.isLarge !== false) {
      const want: Want = { kind: 'one', identity: this.#identityOf(resource, subject) }
      const row = this.#seek(want)
      if (row !== undefined) {
        this.#fill(resource, want, row)
        return place.find(subject)
      }
    }
    return UNLOADED
  }

  firstSubject(resource: NodeId, setsOnly: boolean): EdgeId {
    const series = this.#seriesOf(resource, setsOnly)
    return series === null ? UNLOADED : this.#within(series, 0, setsOnly)
  }

  nextSubject(resource: NodeId, edge: EdgeId, setsOnly: boolean): EdgeId {
    const series = this.#seriesOf(resource, setsOnly)
    return series === null ? UNLOADED : this.#within(series, series.after(edge), setsOnly)
  }

  firstResource(subject: NodeId): EdgeId {
    return this.#resourcesOf(subject)?.at(0) ?? UNLOADED
  }

  nextResource(subject: NodeId, edge: EdgeId): EdgeId {
    const series = this.#resourcesOf(subject)
    return series === null ? UNLOADED : series.at(series.after(edge))
  }

  resourceOf(edge: EdgeId): NodeId {
    return this.#edges[edge].resource
  }

  subjectOf(edge: EdgeId): NodeId {
    return this.#edges[edge].subject
  }

  caveatOf(edge: EdgeId): CaveatUse | null {
    return this.#edges[edge].relationship.caveat
  }

  expiresAtOf(edge: EdgeId): number {
    return this.#edges[edge].relationship.expiresAt ?? Number.POSITIVE_INFINITY
  }

  /** A series of sets has nothing else; in a whole one they come first. */
  #within(series: Series, position: number, setsOnly: boolean): EdgeId {
    const edge = series.at(position)
    if (edge === NONE || !setsOnly) return edge
    return this.#edges[edge].relationship.subject.relation === '' ? NONE : edge
  }

  /** Null, with what is wanted noted, when it is not at hand. */
  #seriesOf(resource: NodeId, setsOnly: boolean): Series | null {
    const place = this.#placeOf(resource)
    if (place.all !== null) return place.all
    if (setsOnly && place.sets !== null) return place.sets
    // Of a place that nothing is known of, the first subjects are wanted in any case: they may be all.
    if (!setsOnly && place.isLarge === null) return null
    const want: Want = { kind: setsOnly ? 'sets' : 'all', ...this.#placeIdentityOf(resource) }
    const row = this.#seek(want)
    if (row === undefined) return null
    this.#fill(resource, want, row)
    return setsOnly ? place.sets : place.all
  }

  #placeOf(resource: NodeId): Place {
    const known = this.#places.get(resource)
    if (known !== undefined && known.isLarge !== null) return known
    const place = known ?? new Place()
    if (known === undefined) this.#places.set(resource, place)
    const want: Want = { kind: 'some', ...this.#placeIdentityOf(resource) }
    const row = this.#seek(want)
    if (row !== undefined) this.#fill(resource, want, row)
    return place
  }

  #resourcesOf(subject: NodeId): Series | null {
    const known = this.#resources.get(subject)
    if (known !== undefined) return known
    const want: Want = { kind: 'of', subject: this.#referenceOf(subject) }
    const row = this.#seek(want)
    if (row === undefined) return null
    this.#take(want, row)
    return this.#resources.get(subject) ?? null
  }

  /** A row that is at hand; else it is wanted. */
  #seek(want: Want): Row | undefined {
    const row = this.#rows.find(want, this.revision)
    if (row === undefined) this.#wanted.set(printWant(want), want)
    return row
  }

  #fill(resource: NodeId, want: Want, row: Row): void {
    const place = this.#places.get(resource) ?? new Place()
    this.#places.set(resource, place)
    const edges = this.#toEdges(row)
    if (want.kind === 'sets') place.takeSets(edges)
    else if (want.kind === 'one') {
      const { subject } = want.identity
      place.takeOne(this.#toNode(subject, subject.relation), edges[0])
    } else
      place.takeFirst(
        edges.map(edge => this.#knownOf(edge)),
        row.complete,
      )
  }

  #knownOf(edge: EdgeId): Known {
    const { subject, relationship } = this.#edges[edge]
    return { subject, edge, isSet: relationship.subject.relation !== '' }
  }

  #toEdges({ relationships }: Row): readonly EdgeId[] {
    return relationships.map(relationship => {
      const resource = this.#toNode(relationship.resource, relationship.relation)
      const subject = this.#toNode(relationship.subject, relationship.subject.relation)
      const pair = resource * PAIR + subject
      const known = this.#edgeIds.get(pair)
      if (known !== undefined) return known
      const edge = (this.#edges.push({ resource, subject, relationship }) - 1) as EdgeId
      this.#edgeIds.set(pair, edge)
      return edge
    })
  }

  #toNode({ type, id }: { readonly type: string; readonly id: string }, relation: string): NodeId {
    return this.node(this.object(type, id), this.kinds.find(type, relation))
  }

  #referenceOf(node: NodeId): SubjectReference {
    const { object, kind } = this.#nodes[node]
    return { ...this.#objects[object], relation: this.kinds.relationOf(kind) }
  }

  #placeIdentityOf(resource: NodeId): Pick<RelationshipIdentity, 'resource' | 'relation'> {
    const { relation, ...object } = this.#referenceOf(resource)
    return { resource: object, relation }
  }

  #identityOf(resource: NodeId, subject: NodeId): RelationshipIdentity {
    return { ...this.#placeIdentityOf(resource), subject: this.#referenceOf(subject) }
  }
}
