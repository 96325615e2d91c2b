// The part of a graph that one question has needed so far, as of one revision. It answers the
// evaluator from rows that are at hand. Where a row is missing it answers UNLOADED and notes the
// fetch, so that one batch can load all missing rows between two attempts at the question. Its node
// and edge numbers are its own.
//
// Invariant: an answer that was given is given again, until the caller releases it.

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

/** Bounds on what is loaded of long lists. */
interface LoadBounds {
  /** Relationships of one chunk, at most. */
  readonly stretchRows: number
  /** The size of rows that may be added before `release` drops unused ones, bytes. */
  readonly roomBytes: number
  /**
   * Whether a question about an unknown userset fetches all that it may need at once: the first
   * subjects and, in case these are not all, the subject sets and the single relationship. That
   * takes fewer batches, but loads more rows.
   */
  readonly isHasty: boolean
}

/** The bounds for questions that are repeated until all rows are there: few batches are best. */
const UNBOUNDED: LoadBounds = {
  stretchRows: Number.POSITIVE_INFINITY,
  roomBytes: Number.POSITIVE_INFINITY,
  isHasty: true,
}
/** The bounds for lookups, which scan lists once. */
const BOUNDED: LoadBounds = {
  stretchRows: limits.stretchRows,
  roomBytes: limits.workingRowsBytes,
  isHasty: false,
}

export interface RowSupply {
  /** Finds the row if it is at hand. */
  find(fetch: Fetch, revision: Revision): RelationshipList | undefined
  /** Loads a row for each fetch, in their order. */
  load(fetches: readonly Fetch[], revision: Revision): Promise<readonly RelationshipList[]>
}

/** A scan of the list of a node. */
interface ListScan {
  readonly node: NodeId
  readonly setsOnly: boolean
  readonly range: ListRange | undefined
}

/** The size of a page of edge numbers. All used numbers of a page belong to one chunk. */
const PAGE = 1024
/** The growth of chunks along a list. A short scan then loads little in vain. */
const GROWTH = 4
/** Single relationships fetched of a subject, before the list of all that name it is fetched. */
const SINGLES_MAX = 8
/** The estimated size of an object that is met as one or two kinds, with its id. */
const NAME_BYTES = 180

export class WorkingSet implements Snapshot {
  readonly revision: Revision
  readonly kinds: OpenKindTable
  readonly #rows: RowSupply
  readonly #bounds: LoadBounds
  readonly #names = new Names()
  /** All chunks that are held, by their fetches. */
  readonly #chunks = new Map<string, Chunk>()
  /** The first chunks of lists, by node. */
  #firstChunks = noFirstChunks()
  /** The chunks by page of edge numbers. */
  readonly #pages = new Map<number, Chunk>()
  #pageCount = 0
  #rowBytes = 0
  /** The size of the rows that were added since the last release, bytes. */
  #newBytes = 0
  /** The number of releases so far. */
  #releases = 0
  /** The fetches that are missing, by their texts. */
  readonly #missing = new Map<string, Fetch>()
  /** The number of single relationships that were fetched, by subject. */
  readonly #singles = new Map<NodeId, number>()

  constructor({ revision, kinds, rows, bounds = UNBOUNDED }: WorkingSetOptions) {
    this.revision = revision
    this.kinds = kinds
    this.#rows = rows
    this.#bounds = bounds
  }

  /** Returns an empty working set of the same graph, for lookups that scan lists once. */
  passing(bounds = BOUNDED): WorkingSet {
    return new WorkingSet({ revision: this.revision, kinds: this.kinds, rows: this.#rows, bounds })
  }

  /** The estimated size of what it holds, bytes. */
  get bytes(): number {
    return this.#rowBytes + this.#names.size * NAME_BYTES
  }

  /** Whether rows are missing. */
  get isWanting(): boolean {
    return this.#missing.size > 0
  }

  /** Drops the missing fetches, as nobody needs them any more. */
  forget(): void {
    this.#missing.clear()
  }

  /**
   * Loads the missing rows in one batch, or only some of very many.
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
    for (const [index, fetch] of batch.entries()) this.#add(fetch, rows[index])
  }

  /** Drops the chunks not used since the last release, except those of the `held` edges. */
  release(held: readonly EdgeId[]): void {
    if (this.#newBytes <= this.#bounds.roomBytes) return
    for (const edge of held) this.#chunkOf(edge)
    this.#firstChunks = noFirstChunks()
    for (const [key, chunk] of this.#chunks) {
      if (chunk.usedAt === this.#releases) continue
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
    const some = this.#firstChunk('some', resource)
    const found = some?.find(reference) ?? NONE
    if (found !== NONE || some?.row.complete) return found
    if (some === null && !this.#bounds.isHasty) return UNLOADED
    const userset = this.#referenceOf(resource)
    const { relation, ...object } = userset
    const identity = { resource: object, relation, subject: reference }
    const singles = this.#singles.get(subject) ?? 0
    if (singles >= SINGLES_MAX) {
      const naming = this.#firstChunk('of', subject)
      if (naming === null) return UNLOADED
      if (naming.row.complete) return naming.find(userset)
    }
    const one = this.#chunkFor({ kind: 'one', identity })
    if (one !== null) return one.size === 0 ? NONE : one.edge(0)
    this.#singles.set(subject, singles + 1)
    return UNLOADED
  }

  firstSubject(resource: NodeId, setsOnly: boolean, range?: ListRange): EdgeId {
    const some = this.#firstChunk('some', resource)
    const isSmall = some?.row.complete ?? false
    const areSetsDue =
      some === null ? setsOnly && this.#bounds.isHasty : setsOnly || range !== undefined
    const first = areSetsDue && !isSmall ? this.#firstChunk('sets', resource) : some
    if (first === null) return UNLOADED
    return this.#firstEdgeFrom(first, 0, { node: resource, setsOnly, range })
  }

  nextSubject(resource: NodeId, edge: EdgeId, setsOnly: boolean, range?: ListRange): EdgeId {
    return this.#edgeAfter(edge, { node: resource, setsOnly, range })
  }

  firstResource(subject: NodeId, range?: ListRange): EdgeId {
    const first = this.#firstChunk('of', subject)
    if (first === null) return UNLOADED
    return this.#firstEdgeFrom(first, 0, { node: subject, setsOnly: false, range })
  }

  nextResource(subject: NodeId, edge: EdgeId, range?: ListRange): EdgeId {
    return this.#edgeAfter(edge, { node: subject, setsOnly: false, range })
  }

  resourceOf(edge: EdgeId): NodeId {
    const chunk = this.#chunkOf(edge)
    const index = edge - chunk.first
    const known = chunk.resources[index]
    if (known !== undefined) return known
    const { resource, relation } = chunk.at(edge)
    chunk.resources[index] = this.#toNode({ ...resource, relation })
    return chunk.resources[index]
  }

  subjectOf(edge: EdgeId): NodeId {
    const chunk = this.#chunkOf(edge)
    const index = edge - chunk.first
    const known = chunk.subjects[index]
    if (known !== undefined) return known
    chunk.subjects[index] = this.#toNode(chunk.at(edge).subject)
    return chunk.subjects[index]
  }

  caveatOf(edge: EdgeId): CaveatUse | null {
    return this.#chunkOf(edge).at(edge).caveat
  }

  expiresAtOf(edge: EdgeId): number {
    return this.#chunkOf(edge).at(edge).expiresAt ?? Number.POSITIVE_INFINITY
  }

  #edgeAfter(edge: EdgeId, scan: ListScan): EdgeId {
    const chunk = this.#chunkOf(edge)
    return this.#firstEdgeFrom(chunk, edge - chunk.first + 1, scan)
  }

  /** Returns the first edge of the scan at or after the index. */
  #firstEdgeFrom(start: Chunk, index: number, scan: ListScan): EdgeId {
    let chunk = start
    for (let i = index; ; i = 0) {
      for (; i < chunk.size; i++) {
        if (isInScan(chunk, i, scan)) return chunk.edge(i)
      }
      const fetch = this.#nextFetch(chunk, scan)
      if (fetch === null) return NONE
      const next = this.#chunkFor(fetch)
      if (next === null) return UNLOADED
      chunk = next
    }
  }

  /** The fetch of the next chunk of the scan. Null at its end. */
  #nextFetch(chunk: Chunk, { node, setsOnly, range }: ListScan): ListFetch | null {
    const { fetch, row, size } = chunk
    if (fetch.kind === 'one') return null
    if (row.complete) {
      // After all subject sets of a large userset come its other subjects.
      return fetch.kind === 'sets' && !setsOnly ? this.#firstFetch('some', node) : null
    }
    const last = chunk.position(size - 1)
    const after = range === undefined || fetch.kind === 'sets' ? last : readOn(range, last)
    // What comes after a gap may be short.
    const limit = GROWTH * (after === last ? fetch.limit : limits.rowPrefix)
    return after && { ...fetch, after, limit: Math.min(limit, this.#bounds.stretchRows) }
  }

  #firstChunk(kind: ListFetch['kind'], node: NodeId): Chunk | null {
    const known = this.#firstChunks[kind].get(node)
    if (known !== undefined) return this.#markUsed(known)
    const found = this.#chunkFor(this.#firstFetch(kind, node))
    if (found !== null) this.#firstChunks[kind].set(node, found)
    return found
  }

  #firstFetch(kind: ListFetch['kind'], node: NodeId): ListFetch {
    const { relation, ...object } = this.#referenceOf(node)
    if (kind === 'of') {
      return { kind, subject: { ...object, relation }, after: null, limit: limits.rowPrefix }
    }
    const limit = kind === 'sets' ? limits.rowSets : limits.rowPrefix
    return { kind, resource: object, relation, after: null, limit }
  }

  /** Returns the chunk if it is at hand. Otherwise notes the fetch and returns null. */
  #chunkFor(fetch: Fetch): Chunk | null {
    const key = printFetch(fetch)
    const known = this.#chunks.get(key)
    if (known !== undefined) return this.#markUsed(known)
    const row = this.#rows.find(fetch, this.revision)
    if (row !== undefined) return this.#add(fetch, row)
    this.#missing.set(key, fetch)
    return null
  }

  #add(fetch: Fetch, row: RelationshipList): Chunk {
    const chunk = new Chunk(fetch, row, this.#pageCount * PAGE)
    this.#pageCount += Math.ceil(chunk.size / PAGE)
    this.#chunks.set(printFetch(fetch), chunk)
    for (const page of pagesOf(chunk)) this.#pages.set(page, chunk)
    const bytes = rowBytes(row)
    this.#rowBytes += bytes
    this.#newBytes += bytes
    return this.#markUsed(chunk)
  }

  #markUsed(chunk: Chunk): Chunk {
    chunk.usedAt = this.#releases
    return chunk
  }

  #chunkOf(edge: EdgeId): Chunk {
    return this.#markUsed(this.#pages.get(Math.floor(edge / PAGE))!)
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

const noFirstChunks = (): Readonly<Record<ListFetch['kind'], Map<NodeId, Chunk>>> => ({
  some: new Map(),
  sets: new Map(),
  of: new Map(),
})

function* pagesOf({ first, size }: Chunk): Generator<number> {
  for (let index = 0; index < size; index += PAGE) yield (first + index) / PAGE
}

/** The relationships that a fetch may return. A first chunk counts as one: most are short. */
const sizeOf = (fetch: Fetch): number =>
  fetch.kind === 'one' || fetch.after === null ? 1 : fetch.limit

/** Whether the scan returns the relationship. It may return a subject set twice. */
function isInScan({ fetch, row }: Chunk, index: number, { setsOnly, range }: ListScan): boolean {
  const { resource, subject } = row.relationships[index]
  if (fetch.kind === 'of') return range === undefined || isInRange(range, resource)
  if (fetch.kind !== 'some') return true
  if (fetch.after === null && row.complete) return !setsOnly || subject.relation !== ''
  return range === undefined || isInRange(range, subject)
}
