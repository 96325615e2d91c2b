// The delta: all that happened after the base's revision. It holds versions of edges, each visible
// from the revision that created it until the one that deleted it, and the base edges that were
// closed. It grows in place while snapshots read it; a snapshot ignores versions newer than itself.
//
//   version   one lifetime of an edge; a pair's versions are chained from the newest to the oldest
//   pair      (resource, subject); the pairs of a row are chained, and so are those of a subject
//   head      (node, side) → newest pair of that chain; a row has two chains, sets before objects
//   row       the edges of one resource
//
// Chains hold pairs and not versions, so that an edge that is created and deleted a thousand times
// is still one step of a walk. Nothing is ever removed: a compaction makes a new delta. Invariants:
// versions of one pair do not overlap, and only the newest can be open; versions, endings and
// closings are each in the order of their revisions.

import { NONE, type NodeId } from '../evaluator/index.js'
import { type Revision, toRevision } from '../terms/index.js'
import { Bits } from './bits.js'
import { doubles, integers } from './column.js'
import { type Edge, isObject, nodeOf, type SubjectEntry } from './edge.js'
import { Pairs } from './pairs.js'

/** The deletion revision of versions and edges that have not been deleted. */
export const OPEN = toRevision(Number.POSITIVE_INFINITY)

/** The sides of a node, each of which has a chain. */
const SETS = 0
const OBJECTS = 1
const RESOURCES = 2

export class Delta {
  readonly #pairs = new Pairs()
  /** By pair. */
  readonly #newest = integers()
  readonly #nextSubject = integers()
  readonly #nextResource = integers()

  /** Chains by (node, side), and the newest pair of each. */
  readonly #chains = new Pairs()
  readonly #heads = integers()

  /** By version. */
  readonly #pairOf = integers()
  readonly #older = integers()
  readonly #created = doubles()
  readonly #deleted = doubles()
  readonly #uses = integers()
  readonly #expiries = doubles()

  /** Ended versions, in the order of their ends. */
  readonly #ended = integers()

  /** Closed base edges as pairs (edge, 0), and the revision that closed each. */
  readonly #closed = new Pairs()
  readonly #closedAt = doubles()

  /** Nodes and base edges that the hash tables know: very few of a million, so most miss here. */
  readonly #touchedNodes = new Bits()
  readonly #closedEdges = new Bits()

  /** Number of versions. They are 0 to `versions` - 1, in the order of their creation. */
  get versions(): number {
    return this.#pairOf.length
  }

  /** Number of closed base edges: 0 to `closings` - 1, in the order in which they were closed. */
  get closings(): number {
    return this.#closed.size
  }

  /** Number of ended versions: 0 to `endings` - 1, in the order in which they ended. */
  get endings(): number {
    return this.#ended.length
  }

  /** Number of versions that have not ended. */
  get open(): number {
    return this.versions - this.endings
  }

  get size(): number {
    return this.versions + this.closings
  }

  get bytes(): number {
    const ofPairs = [this.#pairs, this.#newest, this.#nextSubject, this.#nextResource]
    const ofVersions = [this.#pairOf, this.#older, this.#created, this.#deleted]
    const ofTraits = [this.#uses, this.#expiries]
    const others = [this.#chains, this.#heads, this.#closed, this.#closedAt, this.#ended]
    const bits = [this.#touchedNodes, this.#closedEdges]
    const parts = [...bits, ...ofPairs, ...ofVersions, ...ofTraits, ...others]
    return parts.reduce((sum, part) => sum + part.bytes, 0)
  }

  /** Begins a version. Its pair must have no open version. */
  add({ resource, subject, use, expiresAt }: Edge, created: Revision): number {
    const pair = this.#pairs.add(resource, subject)
    if (pair === this.#newest.length) this.#link(resource, subject)
    const version = this.#pairOf.push(pair)
    this.#older.push(this.#newest.cells[pair])
    this.#newest.cells[pair] = version
    this.#created.push(created)
    this.#deleted.push(OPEN)
    this.#uses.push(use)
    this.#expiries.push(expiresAt)
    return version
  }

  /** Ends an open version. */
  end(version: number, deleted: Revision): void {
    this.#ended.push(version)
    this.#deleted.cells[version] = deleted
  }

  /** Closes a base edge, which ends it. */
  close(edge: number, deleted: Revision): void {
    this.#closedEdges.add(edge)
    this.#closed.add(edge, 0)
    this.#closedAt.push(deleted)
  }

  /** The version of the edge that is visible at `revision`, or NONE. */
  find(resource: NodeId, subject: SubjectEntry, revision: Revision): number {
    if (!this.#touchedNodes.has(resource)) return NONE
    const pair = this.#pairs.find(resource, subject)
    return pair === NONE ? NONE : this.#visible(pair, revision)
  }

  /** The revision that closed the base edge, or OPEN. */
  closedAt(edge: number): Revision {
    if (!this.#closedEdges.has(edge)) return OPEN
    return toRevision(this.#closedAt.cells[this.#closed.find(edge, 0)])
  }

  endedVersion(ending: number): number {
    return this.#ended.cells[ending]
  }

  /** The base edge of a closing. */
  closedEdge(closing: number): number {
    return this.#closed.first(closing)
  }

  /** The first version of the row that is visible at `revision`, or NONE. */
  firstSubject(resource: NodeId, setsOnly: boolean, revision: Revision): number {
    if (!this.#touchedNodes.has(resource)) return NONE
    const version = this.#walkSubjects(this.#head(resource, SETS), revision)
    if (version !== NONE || setsOnly) return version
    return this.#walkSubjects(this.#head(resource, OBJECTS), revision)
  }

  nextSubject(version: number, setsOnly: boolean, revision: Revision): number {
    const pair = this.#pairOf.cells[version]
    const next = this.#walkSubjects(this.#nextSubject.cells[pair], revision)
    if (next !== NONE || setsOnly || isObject(this.subjectOf(version))) return next
    return this.#walkSubjects(this.#head(this.resourceOf(version), OBJECTS), revision)
  }

  /** The first version that names the subject and is visible at `revision`, or NONE. */
  firstResource(subject: NodeId, revision: Revision): number {
    if (!this.#touchedNodes.has(subject)) return NONE
    return this.#walkResources(this.#head(subject, RESOURCES), revision)
  }

  nextResource(version: number, revision: Revision): number {
    return this.#walkResources(this.#nextResource.cells[this.#pairOf.cells[version]], revision)
  }

  resourceOf(version: number): NodeId {
    return this.#pairs.first(this.#pairOf.cells[version]) as NodeId
  }

  subjectOf(version: number): SubjectEntry {
    return this.#pairs.second(this.#pairOf.cells[version]) as SubjectEntry
  }

  edgeOf(version: number): Edge {
    return {
      resource: this.resourceOf(version),
      subject: this.subjectOf(version),
      use: this.useOf(version),
      expiresAt: this.expiresAtOf(version),
    }
  }

  createdOf(version: number): Revision {
    return toRevision(this.#created.cells[version])
  }

  deletedOf(version: number): Revision {
    return toRevision(this.#deleted.cells[version])
  }

  /** Position of the caveat use, or NONE. */
  useOf(version: number): number {
    return this.#uses.cells[version]
  }

  expiresAtOf(version: number): number {
    return this.#expiries.cells[version]
  }

  /** Number of versions that were created at the revision or before. They are the first ones. */
  createdBy(revision: Revision): number {
    return countBy(this.#created.cells, this.versions, revision)
  }

  /** The earliest revision that covers half of all creations and closings, or null for none. */
  middle(): Revision | null {
    const { versions, closings, size } = this
    if (size === 0) return null
    const created = this.#created.cells
    const closedAt = this.#closedAt.cells
    const half = Math.ceil(size / 2)
    let low = Math.min(versions > 0 ? created[0] : OPEN, closings > 0 ? closedAt[0] : OPEN)
    let high = Math.max(
      versions > 0 ? created[versions - 1] : low,
      closings > 0 ? closedAt[closings - 1] : low,
    )
    while (low < high) {
      const between = low + Math.floor((high - low) / 2)
      const happened = countBy(created, versions, between) + countBy(closedAt, closings, between)
      if (happened < half) low = between + 1
      else high = between
    }
    return toRevision(low)
  }

  /** Makes a new pair the head of its two chains. */
  #link(resource: NodeId, subject: SubjectEntry): void {
    const pair = this.#newest.push(NONE)
    this.#nextSubject.push(this.#replaceHead(resource, isObject(subject) ? OBJECTS : SETS, pair))
    this.#nextResource.push(this.#replaceHead(nodeOf(subject), RESOURCES, pair))
  }

  /** Makes the pair the head of a chain. Returns the previous head, or NONE. */
  #replaceHead(node: NodeId, side: number, pair: number): number {
    this.#touchedNodes.add(node)
    const chain = this.#chains.add(node, side)
    if (chain === this.#heads.length) {
      this.#heads.push(pair)
      return NONE
    }
    const previous = this.#heads.cells[chain]
    this.#heads.cells[chain] = pair
    return previous
  }

  #head(node: NodeId, side: number): number {
    const chain = this.#chains.find(node, side)
    return chain === NONE ? NONE : this.#heads.cells[chain]
  }

  #walkSubjects(from: number, revision: Revision): number {
    const nexts = this.#nextSubject.cells
    for (let pair = from; pair !== NONE; pair = nexts[pair]) {
      const version = this.#visible(pair, revision)
      if (version !== NONE) return version
    }
    return NONE
  }

  #walkResources(from: number, revision: Revision): number {
    const nexts = this.#nextResource.cells
    for (let pair = from; pair !== NONE; pair = nexts[pair]) {
      const version = this.#visible(pair, revision)
      if (version !== NONE) return version
    }
    return NONE
  }

  /** The pair's version that is visible at `revision`, or NONE. */
  #visible(pair: number, revision: Revision): number {
    const created = this.#created.cells
    let version = this.#newest.cells[pair]
    while (version !== NONE && created[version] > revision) version = this.#older.cells[version]
    return version !== NONE && revision < this.#deleted.cells[version] ? version : NONE
  }
}

/** Number of values up to `most` among the first `count`, which ascend. */
function countBy(values: Float64Array, count: number, most: number): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (values[middle] <= most) low = middle + 1
    else high = middle
  }
  return low
}
