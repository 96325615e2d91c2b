// A part of the graph as of one revision: what one question has needed so far. It answers from rows
// that are at hand; where there is none it says UNLOADED and notes what is wanted, so that one batch
// can bring all of it between two attempts. Its numbers are its own, given as words are met.
//
// Invariant: what it has answered it answers again, until it is told that nobody will ask.

import {
  type CaveatUse,
  type EdgeId,
  type KindId,
  type ListRange,
  NONE,
  type NodeId,
  type ObjectId,
  type OpenKindTable,
  type Snapshot,
  UNLOADED,
} from '../evaluator/index.js'
import {
  compareTexts,
  type Fetch,
  type ListFetch,
  limits,
  type Position,
  type RelationshipList,
  type Revision,
  type SubjectReference,
  WILDCARD,
} from '../terms/index.js'
import { Chunk } from './chunk.js'
import { isInRange, readOn } from './listRange.js'
import { Names } from './names.js'
import { printFetch } from './printFetch.js'
import { rowBytes } from './rowCache.js'

interface WorkingSetOptions {
  readonly revision: Revision
  readonly kinds: OpenKindTable
  readonly rows: RowSupply
  readonly bounds?: LoadBounds
}

/** Of what is read of long lists. */
interface LoadBounds {
  /** Relationships that are loaded at a time. */
  readonly stretchRows: number
  /** What is taken in from one time to the next that what is done with is let go, bytes. */
  readonly roomBytes: number
  /**
   * Whether of a place that nothing is known of all is wanted that may be: its first subjects, and in
   * case they are not all of them, its sets and the one that is asked for. Fewer batches, more rows.
   */
  readonly isHasty: boolean
}

/** For questions that are asked again until all of it is there: the fewer batches, the better. */
const UNBOUNDED: LoadBounds = {
  stretchRows: Number.POSITIVE_INFINITY,
  roomBytes: Number.POSITIVE_INFINITY,
  isHasty: true,
}
/** For those that go through lists once. */
const BOUNDED: LoadBounds = {
  stretchRows: limits.stretchRows,
  roomBytes: limits.workingRowsBytes,
  isHasty: false,
}

/** Where rows come from: at once, if they are at hand, or in a batch. */
export interface RowSupply {
  find(fetch: Fetch, revision: Revision): RelationshipList | undefined
  load(fetches: readonly Fetch[], revision: Revision): Promise<readonly RelationshipList[]>
}

/** How somebody goes through a list. */
interface ListCursor {
  readonly node: NodeId
  readonly setsOnly: boolean
  readonly range: ListRange | undefined
}

/** Numbers of edges that belong to one stretch, or to none. */
const PAGE = 1024
/** A stretch is so many times as long as the one before it, so that few are read for nothing. */
const GROWTH = 4
/** Places in which a subject is looked for one by one, before all that name it are asked for. */
const PROBES_MAX = 8
/** Of an object that is met as one or two kinds, with its id. */
const NAME_BYTES = 180

export class WorkingSet implements Snapshot {
  readonly revision: Revision
  readonly kinds: OpenKindTable
  readonly #rows: RowSupply
  readonly #bounds: LoadBounds
  readonly #names = new Names()
  readonly #chunks = new Map<string, Chunk>()
  /** The first stretches, by node. */
  #firsts = noFirsts()
  /** By number of the page of edges. */
  readonly #pages = new Map<number, Chunk>()
  #pageCount = 0
  #rowBytes = 0
  /** Of them, taken in since something was let go. */
  #newBytes = 0
  /** How often something was let go. */
  #releases = 0
  readonly #missing = new Map<string, Fetch>()
  /** How often a subject was looked for in a place by itself. */
  readonly #probes = new Map<NodeId, number>()

  constructor({ revision, kinds, rows, bounds = UNBOUNDED }: WorkingSetOptions) {
    this.revision = revision
    this.kinds = kinds
    this.#rows = rows
    this.#bounds = bounds
  }

  /** An empty one of the same graph, for who goes through lists once. */
  passing(bounds = BOUNDED): WorkingSet {
    return new WorkingSet({ revision: this.revision, kinds: this.kinds, rows: this.#rows, bounds })
  }

  /** What it holds, about. */
  get bytes(): number {
    return this.#rowBytes + this.#names.size * NAME_BYTES
  }

  /** Whether something was asked for that is not at hand. */
  get isWanting(): boolean {
    return this.#missing.size > 0
  }

  /** Forgets what was asked for: nobody needs it any more. */
  forget(): void {
    this.#missing.clear()
  }

  /**
   * Brings what was asked for, in one batch; of very much only some, so that a batch stays small.
   * @throws what the source throws
   */
  async load(): Promise<void> {
    const batch: Fetch[] = []
    let count = 0
    for (const [key, fetch] of this.#missing) {
      count += sizeOf(fetch)
      if (batch.length > 0 && count > limits.batchRows) break
      batch.push(fetch)
      this.#missing.delete(key)
    }
    const rows = await this.#rows.load(batch, this.revision)
    for (const [place, fetch] of batch.entries()) this.#take(fetch, rows[place])
  }

  release(held: readonly EdgeId[]): void {
    if (this.#newBytes <= this.#bounds.roomBytes) return
    for (const edge of held) this.#stretchOf(edge)
    this.#firsts = noFirsts()
    for (const [key, chunk] of this.#chunks) {
      if (chunk.seen === this.#releases) continue
      this.#chunks.delete(key)
      for (const page of pagesOf(chunk)) this.#pages.delete(page)
      this.#rowBytes -= rowBytes(chunk.row)
    }
    this.#releases++
    this.#newBytes = 0
  }

  object(type: string, id: string): ObjectId {
    return this.#names.object(type, id)
  }

  node(object: ObjectId, kind: KindId): NodeId {
    return this.#names.node(object, kind)
  }

  objectOf(node: NodeId): ObjectId {
    return this.#names.objectOf(node)
  }

  kindOf(node: NodeId): KindId {
    return this.#names.kindOf(node)
  }

  typeOf(object: ObjectId): string {
    return this.#names.typeOf(object)
  }

  idOf(object: ObjectId): string {
    return this.#names.idOf(object)
  }

  isWildcard(object: ObjectId): boolean {
    return this.idOf(object) === WILDCARD
  }

  compareIds(a: ObjectId, b: ObjectId): number {
    return compareTexts(this.idOf(a), this.idOf(b))
  }

  compareIdTo(object: ObjectId, id: string): number {
    return compareTexts(this.idOf(object), id)
  }

  edge(resource: NodeId, subject: NodeId): EdgeId {
    const reference = this.#referenceOf(subject)
    const some = this.#first('some', resource)
    const among = some?.find(reference) ?? NONE
    if (among !== NONE || some?.row.complete) return among
    if (some === null && !this.#bounds.isHasty) return UNLOADED
    const place = this.#referenceOf(resource)
    const { relation, ...object } = place
    const identity = { resource: object, relation, subject: reference }
    const probes = this.#probes.get(subject) ?? 0
    if (probes >= PROBES_MAX) {
      const rows = this.#first('of', subject)
      if (rows === null) return UNLOADED
      if (rows.row.complete) return rows.find(place)
    }
    const one = this.#seek({ kind: 'one', identity })
    if (one !== null) return one.size === 0 ? NONE : one.edge(0)
    this.#probes.set(subject, probes + 1)
    return UNLOADED
  }

  firstSubject(resource: NodeId, setsOnly: boolean, range?: ListRange): EdgeId {
    const some = this.#first('some', resource)
    const isSmall = some?.row.complete ?? false
    const areSetsDue =
      some === null ? setsOnly && this.#bounds.isHasty : setsOnly || range !== undefined
    const first = areSetsDue && !isSmall ? this.#first('sets', resource) : some
    return first === null ? UNLOADED : this.#from(first, 0, { node: resource, setsOnly, range })
  }

  nextSubject(resource: NodeId, edge: EdgeId, setsOnly: boolean, range?: ListRange): EdgeId {
    return this.#after(edge, { node: resource, setsOnly, range })
  }

  firstResource(subject: NodeId, range?: ListRange): EdgeId {
    const first = this.#first('of', subject)
    if (first === null) return UNLOADED
    return this.#from(first, 0, { node: subject, setsOnly: false, range })
  }

  nextResource(subject: NodeId, edge: EdgeId, range?: ListRange): EdgeId {
    return this.#after(edge, { node: subject, setsOnly: false, range })
  }

  resourceOf(edge: EdgeId): NodeId {
    const chunk = this.#stretchOf(edge)
    const place = edge - chunk.first
    const known = chunk.resources[place]
    if (known !== undefined) return known
    const { resource, relation } = chunk.at(edge)
    chunk.resources[place] = this.#toNode({ ...resource, relation })
    return chunk.resources[place]
  }

  subjectOf(edge: EdgeId): NodeId {
    const chunk = this.#stretchOf(edge)
    const place = edge - chunk.first
    const known = chunk.subjects[place]
    if (known !== undefined) return known
    chunk.subjects[place] = this.#toNode(chunk.at(edge).subject)
    return chunk.subjects[place]
  }

  caveatOf(edge: EdgeId): CaveatUse | null {
    return this.#stretchOf(edge).at(edge).caveat
  }

  expiresAtOf(edge: EdgeId): number {
    return this.#stretchOf(edge).at(edge).expiresAt ?? Number.POSITIVE_INFINITY
  }

  #after(edge: EdgeId, cursor: ListCursor): EdgeId {
    const chunk = this.#stretchOf(edge)
    return this.#from(chunk, edge - chunk.first + 1, cursor)
  }

  /** The first edge that is read from a place of the list on. */
  #from(begin: Chunk, place: number, cursor: ListCursor): EdgeId {
    let chunk = begin
    for (let next = place; ; next = 0) {
      for (; next < chunk.size; next++) {
        if (isRead(chunk, next, cursor)) return chunk.edge(next)
      }
      const fetch = this.#following(chunk, cursor)
      if (fetch === null) return NONE
      const following = this.#seek(fetch)
      if (following === null) return UNLOADED
      chunk = following
    }
  }

  /** Where the list goes on, if it does. */
  #following(chunk: Chunk, { node, setsOnly, range }: ListCursor): ListFetch | null {
    const { fetch, row, size } = chunk
    if (fetch.kind === 'one') return null
    if (row.complete) {
      // Behind all the sets of a large place come its other subjects.
      return fetch.kind === 'sets' && !setsOnly ? this.#toFirst('some', node) : null
    }
    const last = chunk.position(size - 1)
    const after = range === undefined || fetch.kind === 'sets' ? last : readOn(range, last)
    // What lies behind a gap may be little.
    const limit = GROWTH * (after === last ? fetch.limit : limits.rowPrefix)
    return after && { ...fetch, after, limit: Math.min(limit, this.#bounds.stretchRows) }
  }

  #first(kind: ListFetch['kind'], node: NodeId): Chunk | null {
    const known = this.#firsts[kind].get(node)
    if (known !== undefined) return this.#look(known)
    const found = this.#seek(this.#toFirst(kind, node))
    if (found !== null) this.#firsts[kind].set(node, found)
    return found
  }

  #toFirst(kind: ListFetch['kind'], node: NodeId): ListFetch {
    const { relation, ...object } = this.#referenceOf(node)
    if (kind === 'of') {
      return { kind, subject: { ...object, relation }, after: null, limit: limits.rowPrefix }
    }
    const limit = kind === 'sets' ? limits.rowSets : limits.rowPrefix
    return { kind, resource: object, relation, after: null, limit }
  }

  /** What is at hand; else it is wanted. */
  #seek(fetch: Fetch): Chunk | null {
    const key = printFetch(fetch)
    const known = this.#chunks.get(key)
    if (known !== undefined) return this.#look(known)
    const row = this.#rows.find(fetch, this.revision)
    if (row !== undefined) return this.#take(fetch, row)
    this.#missing.set(key, fetch)
    return null
  }

  #take(fetch: Fetch, row: RelationshipList): Chunk {
    const chunk = new Chunk(fetch, row, this.#pageCount * PAGE)
    this.#pageCount += Math.ceil(chunk.size / PAGE)
    this.#chunks.set(printFetch(fetch), chunk)
    for (const page of pagesOf(chunk)) this.#pages.set(page, chunk)
    const bytes = rowBytes(row)
    this.#rowBytes += bytes
    this.#newBytes += bytes
    return this.#look(chunk)
  }

  #look(chunk: Chunk): Chunk {
    chunk.seen = this.#releases
    return chunk
  }

  #stretchOf(edge: EdgeId): Chunk {
    return this.#look(this.#pages.get(Math.floor(edge / PAGE))!)
  }

  #toNode({ type, id, relation }: Position): NodeId {
    return this.node(this.object(type, id), this.kinds.find(type, relation))
  }

  #referenceOf(node: NodeId): SubjectReference {
    const object = this.objectOf(node)
    const relation = this.kinds.relationOf(this.kindOf(node))
    return { type: this.typeOf(object), id: this.idOf(object), relation }
  }
}

const noFirsts = (): Readonly<Record<ListFetch['kind'], Map<NodeId, Chunk>>> => ({
  some: new Map(),
  sets: new Map(),
  of: new Map(),
})

function* pagesOf({ first, size }: Chunk): Generator<number> {
  for (let place = 0; place < size; place += PAGE) yield (first + place) / PAGE
}

/** Most first stretches are all of a short list. */
const sizeOf = (fetch: Fetch): number =>
  fetch.kind === 'one' || fetch.after === null ? 1 : fetch.limit

/** Whether the reader is given the relationship; a set of a large place it may be given twice. */
function isRead({ fetch, row }: Chunk, place: number, { setsOnly, range }: ListCursor): boolean {
  const { resource, subject } = row.relationships[place]
  if (fetch.kind === 'of') return range === undefined || isInRange(range, resource)
  if (fetch.kind !== 'some') return true
  if (fetch.after === null && row.complete) return !setsOnly || subject.relation !== ''
  return range === undefined || isInRange(range, subject)
}
