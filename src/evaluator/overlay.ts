// A snapshot with a few relationships on top that no supplier holds. They are read as if they had
// just been touched, so each hides a stored relationship of the same identity, whatever the caveat
// or expiration of either. Objects, nodes and edges that the snapshot below does not know are
// numbered here, beyond the reach of any supplier's numbers. Nothing is added to the snapshot
// below, and the overlay ends with its question.

import type { Schema } from '../language/index.js'
import { compareTexts, printIdentity, type Relationship, WILDCARD } from '../terms/index.js'
import {
  type CaveatUse,
  type EdgeId,
  type KindId,
  type Kinds,
  type ListRange,
  NONE,
  type NodeId,
  type ObjectId,
  type Snapshot,
} from './snapshot.js'
import { type WiderKinds, widerKinds } from './widerKinds.js'

/** The first number of an overlay's own objects and nodes. */
const OWN_FROM = 2 ** 30
/** The first number of an overlay's own edges. */
const OWN_EDGES_FROM = 2 ** 40

interface OwnObject {
  readonly type: string
  readonly id: string
}

interface OwnNode {
  readonly object: ObjectId
  readonly kind: KindId
}

interface OwnEdge {
  readonly resource: NodeId
  readonly subject: NodeId
  readonly isSet: boolean
  readonly caveat: CaveatUse | null
  readonly expiresAt: number
  /** The next own edge of the same row, and the next one to the same subject, or NONE. */
  readonly nextSubject: EdgeId
  readonly nextResource: EdgeId
}

interface OwnRow {
  readonly bySubject: Map<NodeId, EdgeId>
  first: EdgeId
}

/**
 * Returns the snapshot as if the relationships had been touched, in their order. Relationships of
 * kinds that the schema does not name are left out, because nothing admits them.
 */
export function overlay(
  snapshot: Snapshot,
  schema: Schema,
  relationships: readonly Relationship[],
): Snapshot {
  const [base, below] =
    snapshot instanceof Overlay ? [snapshot.base, snapshot.relationships] : [snapshot, []]
  const all = [...below, ...relationships]
  const latest = new Map(all.map(each => [printIdentity(each), each]))
  return new Overlay(base, widerKinds(schema, base.kinds), [...latest.values()])
}

class Overlay implements Snapshot {
  readonly base: Snapshot
  readonly relationships: readonly Relationship[]
  readonly #kinds: WiderKinds
  readonly #objects: OwnObject[] = []
  readonly #objectIds = new Map<string, ObjectId>()
  readonly #nodes: OwnNode[] = []
  readonly #nodeIds = new Map<ObjectId, Map<KindId, NodeId>>()
  readonly #edges: OwnEdge[] = []
  readonly #rows = new Map<NodeId, OwnRow>()
  /** The first own edge of each subject. */
  readonly #firstResources = new Map<NodeId, EdgeId>()

  /** @param relationships all of different identities */
  constructor(base: Snapshot, kinds: WiderKinds, relationships: readonly Relationship[]) {
    this.base = base
    this.relationships = relationships
    this.#kinds = kinds
    for (const relationship of relationships) this.#add(relationship)
  }

  get revision(): Snapshot['revision'] {
    return this.base.revision
  }

  get kinds(): Kinds {
    return this.#kinds
  }

  object(type: string, id: string): ObjectId {
    return this.#objectIds.get(printKey(type, id)) ?? this.base.object(type, id)
  }

  node(object: ObjectId, kind: KindId): NodeId {
    const own = this.#nodeIds.get(object)?.get(kind)
    if (own !== undefined) return own
    return object < OWN_FROM && kind < this.#kinds.knownSize ? this.base.node(object, kind) : NONE
  }

  objectOf(node: NodeId): ObjectId {
    return node < OWN_FROM ? this.base.objectOf(node) : this.#nodes[node - OWN_FROM].object
  }

  kindOf(node: NodeId): KindId {
    return node < OWN_FROM ? this.base.kindOf(node) : this.#nodes[node - OWN_FROM].kind
  }

  typeOf(object: ObjectId): string {
    return object < OWN_FROM ? this.base.typeOf(object) : this.#objects[object - OWN_FROM].type
  }

  idOf(object: ObjectId): string {
    return object < OWN_FROM ? this.base.idOf(object) : this.#objects[object - OWN_FROM].id
  }

  isWildcard(object: ObjectId): boolean {
    return object < OWN_FROM ? this.base.isWildcard(object) : this.idOf(object) === WILDCARD
  }

  compareIds(a: ObjectId, b: ObjectId): number {
    if (b >= OWN_FROM) return this.compareIdTo(a, this.idOf(b))
    return a < OWN_FROM ? this.base.compareIds(a, b) : -this.base.compareIdTo(b, this.idOf(a))
  }

  compareIdTo(object: ObjectId, id: string): number {
    if (object < OWN_FROM) return this.base.compareIdTo(object, id)
    return compareTexts(this.idOf(object), id)
  }

  edge(resource: NodeId, subject: NodeId): EdgeId {
    const own = this.#rows.get(resource)?.bySubject.get(subject)
    if (own !== undefined) return own
    return resource < OWN_FROM && subject < OWN_FROM ? this.base.edge(resource, subject) : NONE
  }

  firstSubject(resource: NodeId, setsOnly: boolean, range?: ListRange): EdgeId {
    const own = this.#ownSubject(this.#rows.get(resource)?.first ?? NONE, setsOnly)
    return own === NONE ? this.#firstStoredSubject(resource, setsOnly, range) : own
  }

  nextSubject(resource: NodeId, edge: EdgeId, setsOnly: boolean, range?: ListRange): EdgeId {
    if (edge < OWN_EDGES_FROM) {
      const next = this.base.nextSubject(resource, edge, setsOnly, range)
      return this.#storedSubject(resource, next, setsOnly, range)
    }
    const own = this.#ownSubject(this.#own(edge).nextSubject, setsOnly)
    return own === NONE ? this.#firstStoredSubject(resource, setsOnly, range) : own
  }

  firstResource(subject: NodeId, range?: ListRange): EdgeId {
    return this.#firstResources.get(subject) ?? this.#firstStoredResource(subject, range)
  }

  nextResource(subject: NodeId, edge: EdgeId, range?: ListRange): EdgeId {
    if (edge < OWN_EDGES_FROM) {
      const next = this.base.nextResource(subject, edge, range)
      return this.#storedResource(subject, next, range)
    }
    const own = this.#own(edge).nextResource
    return own === NONE ? this.#firstStoredResource(subject, range) : own
  }

  resourceOf(edge: EdgeId): NodeId {
    return edge < OWN_EDGES_FROM ? this.base.resourceOf(edge) : this.#own(edge).resource
  }

  subjectOf(edge: EdgeId): NodeId {
    return edge < OWN_EDGES_FROM ? this.base.subjectOf(edge) : this.#own(edge).subject
  }

  caveatOf(edge: EdgeId): CaveatUse | null {
    return edge < OWN_EDGES_FROM ? this.base.caveatOf(edge) : this.#own(edge).caveat
  }

  expiresAtOf(edge: EdgeId): number {
    return edge < OWN_EDGES_FROM ? this.base.expiresAtOf(edge) : this.#own(edge).expiresAt
  }

  release(held: readonly EdgeId[]): void {
    this.base.release(held.filter(edge => edge < OWN_EDGES_FROM))
  }

  #own(edge: EdgeId): OwnEdge {
    return this.#edges[edge - OWN_EDGES_FROM]
  }

  /** The first own edge of a row, from this one on, that `setsOnly` allows. */
  #ownSubject(from: EdgeId, setsOnly: boolean): EdgeId {
    let edge = from
    while (edge !== NONE && setsOnly && !this.#own(edge).isSet) edge = this.#own(edge).nextSubject
    return edge
  }

  #firstStoredSubject(resource: NodeId, setsOnly: boolean, range?: ListRange): EdgeId {
    if (resource >= OWN_FROM) return NONE
    const first = this.base.firstSubject(resource, setsOnly, range)
    return this.#storedSubject(resource, first, setsOnly, range)
  }

  /** The first stored edge of a row, from this one on, that no own edge hides. */
  #storedSubject(resource: NodeId, from: EdgeId, setsOnly: boolean, range?: ListRange): EdgeId {
    const { base } = this
    const hiding = this.#rows.get(resource)?.bySubject
    let edge = from
    while (hiding !== undefined && edge >= 0 && hiding.has(base.subjectOf(edge))) {
      edge = base.nextSubject(resource, edge, setsOnly, range)
    }
    return edge
  }

  #firstStoredResource(subject: NodeId, range?: ListRange): EdgeId {
    if (subject >= OWN_FROM) return NONE
    return this.#storedResource(subject, this.base.firstResource(subject, range), range)
  }

  #storedResource(subject: NodeId, from: EdgeId, range?: ListRange): EdgeId {
    const { base } = this
    let edge = from
    if (!this.#firstResources.has(subject)) return edge
    while (edge >= 0 && this.#rows.get(base.resourceOf(edge))?.bySubject.has(subject)) {
      edge = base.nextResource(subject, edge, range)
    }
    return edge
  }

  #add({ resource, relation, subject, caveat, expiresAt }: Relationship): void {
    const resourceKind = this.#kinds.find(resource.type, relation)
    const subjectKind = this.#kinds.find(subject.type, subject.relation)
    if (resourceKind === NONE || subjectKind === NONE) return
    const from = this.#addNode(this.#addObject(resource), resourceKind)
    const to = this.#addNode(this.#addObject(subject), subjectKind)
    const edge = (OWN_EDGES_FROM + this.#edges.length) as EdgeId
    const row = this.#rows.get(from) ?? { bySubject: new Map<NodeId, EdgeId>(), first: NONE }
    this.#edges.push({
      resource: from,
      subject: to,
      isSet: subject.relation !== '',
      caveat,
      expiresAt: expiresAt ?? Number.POSITIVE_INFINITY,
      nextSubject: row.first,
      nextResource: this.#firstResources.get(to) ?? NONE,
    })
    row.bySubject.set(to, edge)
    row.first = edge
    this.#rows.set(from, row)
    this.#firstResources.set(to, edge)
  }

  #addObject({ type, id }: OwnObject): ObjectId {
    const known = this.object(type, id)
    if (known !== NONE) return known
    const object = (OWN_FROM + this.#objects.push({ type, id }) - 1) as ObjectId
    this.#objectIds.set(printKey(type, id), object)
    return object
  }

  #addNode(object: ObjectId, kind: KindId): NodeId {
    const known = this.node(object, kind)
    if (known !== NONE) return known
    const node = (OWN_FROM + this.#nodes.push({ object, kind }) - 1) as NodeId
    const byKind = this.#nodeIds.get(object) ?? new Map<KindId, NodeId>()
    this.#nodeIds.set(object, byKind.set(kind, node))
    return node
  }
}

/** A unique key: names of types contain no `:`. */
const printKey = (type: string, id: string): string => `${type}:${id}`
