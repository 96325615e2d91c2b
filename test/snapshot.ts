// A minimal implementation of the `Snapshot` port: a list of relationships in plain arrays and
// maps. A partial one is empty at first, records which relationships it was asked for, and loads
// them in `load`. It behaves as a working set does, without a database behind it.

import {
  type CaveatUse,
  type EdgeId,
  type KindId,
  type Kinds,
  NONE,
  type NodeId,
  type ObjectId,
  type Snapshot,
  UNLOADED,
} from '../src/evaluator/index.js'
import { type Relationship, toRevision, WILDCARD } from '../src/terms/index.js'

/** Distinct tuples of texts and numbers. The id of a tuple is its position. */
class Table<Row extends readonly (string | number)[]> {
  readonly rows: Row[] = []
  readonly #positions = new Map<string, number>()

  find(...row: Row): number {
    return this.#positions.get(JSON.stringify(row)) ?? NONE
  }

  intern(...row: Row): number {
    const found = this.find(...row)
    if (found !== NONE) return found
    this.#positions.set(JSON.stringify(row), this.rows.length)
    return this.rows.push(row) - 1
  }
}

interface Edge {
  readonly resource: NodeId
  readonly subject: NodeId
  readonly relationship: Relationship
}

export class TestSnapshot implements Snapshot {
  readonly revision = toRevision(1)
  readonly kinds: Kinds
  readonly #partial: boolean
  readonly #objects = new Table<[type: string, id: string]>()
  readonly #kinds = new Table<[type: string, relation: string]>()
  readonly #nodes = new Table<[object: number, kind: number]>()
  readonly #edges: Edge[] = []
  readonly #loaded = new Set<string>()
  readonly #asked = new Set<string>()

  constructor(relationships: readonly Relationship[], { partial = false } = {}) {
    this.#partial = partial
    const kinds = this.#kinds
    this.kinds = {
      get size() {
        return kinds.rows.length
      },
      find: (...kind) => (partial ? kinds.intern(...kind) : kinds.find(...kind)) as KindId,
      typeOf: kind => kinds.rows[kind][0],
      relationOf: kind => kinds.rows[kind][1],
    }
    for (const relationship of relationships) {
      const { resource, relation, subject } = relationship
      this.#edges.push({
        resource: this.#toNode(resource.type, resource.id, relation),
        subject: this.#toNode(subject.type, subject.id, subject.relation),
        relationship,
      })
    }
  }

  /** Loads what was asked for since the last call. @returns how much of that was new */
  load(): number {
    const before = this.#loaded.size
    for (const row of this.#asked) this.#loaded.add(row)
    this.#asked.clear()
    return this.#loaded.size - before
  }

  object(type: string, id: string): ObjectId {
    const table = this.#objects
    return (this.#partial ? table.intern(type, id) : table.find(type, id)) as ObjectId
  }

  node(object: ObjectId, kind: KindId): NodeId {
    const table = this.#nodes
    return (this.#partial ? table.intern(object, kind) : table.find(object, kind)) as NodeId
  }

  objectOf(node: NodeId): ObjectId {
    return this.#nodes.rows[node][0] as ObjectId
  }

  kindOf(node: NodeId): KindId {
    return this.#nodes.rows[node][1] as KindId
  }

  typeOf(object: ObjectId): string {
    return this.#objects.rows[object][0]
  }

  idOf(object: ObjectId): string {
    return this.#objects.rows[object][1]
  }

  isWildcard(object: ObjectId): boolean {
    return this.idOf(object) === WILDCARD
  }

  compareIds(a: ObjectId, b: ObjectId): number {
    return this.compareIdTo(a, this.idOf(b))
  }

  compareIdTo(object: ObjectId, id: string): number {
    return Buffer.compare(Buffer.from(this.idOf(object)), Buffer.from(id))
  }

  edge(resource: NodeId, subject: NodeId): EdgeId {
    return this.#first(`${resource} forward`, edge => {
      return edge.resource === resource && edge.subject === subject
    })
  }

  firstSubject(resource: NodeId, setsOnly: boolean): EdgeId {
    return this.nextSubject(resource, NONE, setsOnly)
  }

  nextSubject(resource: NodeId, edge: EdgeId, setsOnly: boolean): EdgeId {
    return this.#first(`${resource} forward`, (found, position) => {
      const { subject } = found.relationship
      return (
        found.resource === resource && position > edge && !(setsOnly && subject.relation === '')
      )
    })
  }

  firstResource(subject: NodeId): EdgeId {
    return this.nextResource(subject, NONE)
  }

  nextResource(subject: NodeId, edge: EdgeId): EdgeId {
    return this.#first(`${subject} backward`, (found, position) => {
      return found.subject === subject && position > edge
    })
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

  release(): void {}

  #first(row: string, fits: (edge: Edge, position: number) => boolean): EdgeId {
    if (this.#partial && !this.#loaded.has(row)) {
      this.#asked.add(row)
      return UNLOADED
    }
    return this.#edges.findIndex(fits) as EdgeId
  }

  #toNode(type: string, id: string, relation: string): NodeId {
    const object = this.#objects.intern(type, id)
    return this.#nodes.intern(object, this.#kinds.intern(type, relation)) as NodeId
  }
}
