// The port through which the evaluator sees relationships: one graph at one revision, in integers.
//
//   object   doc:1                      dense id of (type, id)
//   kind     doc#viewer, user#          dense id of (type, relation); relation is empty for objects
//   node     doc:1#viewer, user:ann#    dense id of (object, kind): a row seen as a resource, an
//                                       object or subject set seen as a subject
//   edge     doc:1#viewer@user:ann      one stored relationship, from its resource node to its subject node
//
// Strings meet integers at the door (`object`, `kind`); inside there are only numbers, and reading
// allocates nothing. Ids mean the same in all snapshots that share their `kinds`, for as long as any
// of them is kept, and only grow; a supplier that gives new ids gives them with other kinds. Those of
// objects and nodes are below 2^30, those of edges below 2^40 (beyond begin those of overlay.ts).
// Expired relationships are still here: the evaluator asks `expiresAtOf` against the question's clock.
// A supplier that holds only a part of the graph answers UNLOADED and remembers what was asked.

import type { JsonObject, Revision } from '../terms/index.js'

declare const objectBrand: unique symbol
declare const kindBrand: unique symbol
declare const nodeBrand: unique symbol
declare const edgeBrand: unique symbol
export type ObjectId = number & { readonly [objectBrand]: true }
export type KindId = number & { readonly [kindBrand]: true }
export type NodeId = number & { readonly [nodeBrand]: true }
export type EdgeId = number & { readonly [edgeBrand]: true }

/** There is no such object, kind, node or edge in the snapshot. */
export const NONE = -1 as ObjectId & KindId & NodeId & EdgeId
/** The snapshot does not know yet; it has noted the question. Only edges are ever unloaded. */
export const UNLOADED = -2 as EdgeId

/** The kinds that a supplier has met so far; only growing, and shared by all snapshots of the same ids. */
export interface Kinds {
  readonly size: number
  find(type: string, relation: string): KindId
  typeOf(kind: KindId): string
  relationOf(kind: KindId): string
}

/** A stored caveat: its name, and the context that wins over the question's. */
export interface CaveatUse {
  readonly name: string
  readonly context: JsonObject
}

/**
 * What of a list matters to who goes through it: what has an object of these types at its far end, and
 * of the extent's type only within that. A supplier may leave out the rest, but no subject set.
 */
export interface ListRange {
  /** In the order of names. */
  readonly types: readonly string[]
  readonly idRange: IdRange | null
}

/** Objects of a type whose ids come after one, and not after another; null for no such bound. */
export interface IdRange {
  readonly type: string
  readonly after: string | null
  readonly until: string | null
}

export interface Snapshot {
  readonly revision: Revision
  readonly kinds: Kinds

  object(type: string, id: string): ObjectId
  /** The node of `object` as `kind`, whose type must be the object's own. */
  node(object: ObjectId, kind: KindId): NodeId
  objectOf(node: NodeId): ObjectId
  kindOf(node: NodeId): KindId
  typeOf(object: ObjectId): string
  idOf(object: ObjectId): string
  /** Whether the object's id is `*`. */
  isWildcard(object: ObjectId): boolean
  /** The order of the two objects' ids by their bytes in UTF-8: negative if `a` comes first. */
  compareIds(a: ObjectId, b: ObjectId): number
  /** The same for the object's id and a text. */
  compareIdTo(object: ObjectId, id: string): number

  /** The one edge between the two nodes. */
  edge(resource: NodeId, subject: NodeId): EdgeId
  /** First and next subject of a row; `setsOnly` leaves out subjects that are objects themselves. */
  firstSubject(resource: NodeId, setsOnly: boolean, range?: ListRange): EdgeId
  nextSubject(resource: NodeId, edge: EdgeId, setsOnly: boolean, range?: ListRange): EdgeId
  /** First and next row that a subject stands in. */
  firstResource(subject: NodeId, range?: ListRange): EdgeId
  nextResource(subject: NodeId, edge: EdgeId, range?: ListRange): EdgeId

  resourceOf(edge: EdgeId): NodeId
  subjectOf(edge: EdgeId): NodeId
  caveatOf(edge: EdgeId): CaveatUse | null
  /** Milliseconds since 1970; Infinity when the relationship does not expire. */
  expiresAtOf(edge: EdgeId): number

  /**
   * Lets go of what was not looked at since this was said before, but for some edges: nobody will ask
   * about others of it again.
   */
  release(held: readonly EdgeId[]): void
}
