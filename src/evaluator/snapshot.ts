// The port through which the evaluator sees relationships: one graph at one revision, in integers.
//
//   object   doc:1                     dense id of (type, id)
//   kind     doc#viewer, user#         dense id of (type, relation); an object's relation is empty
//   node     doc:1#viewer, user:ann#   dense id of (object, kind): a row when seen as a resource,
//                                      an object or a subject set when seen as a subject
//   edge     doc:1#viewer@user:ann     one stored relationship, from resource to subject node
//
// Strings become integers on entry (`object`, `kind`). Inside there are only numbers, and reading
// allocates nothing. Ids mean the same in all snapshots that share their `kinds`, for as long as
// any of those snapshots is kept, and ids only grow. A supplier that renumbers uses other kinds.
// Object and node ids are below 2^30, edge ids below 2^40; an overlay's own ids (overlay.ts) begin
// there. Expired relationships are still present: the evaluator compares `expiresAtOf` with the
// question's clock. A supplier that holds only part of the graph answers UNLOADED and records the
// request.

import type { JsonObject, Revision } from '../terms/index.js'

declare const objectBrand: unique symbol
declare const kindBrand: unique symbol
declare const nodeBrand: unique symbol
declare const edgeBrand: unique symbol
export type ObjectId = number & { readonly [objectBrand]: true }
export type KindId = number & { readonly [kindBrand]: true }
export type NodeId = number & { readonly [nodeBrand]: true }
export type EdgeId = number & { readonly [edgeBrand]: true }

/** The answer where the snapshot has no such object, kind, node or edge. */
export const NONE = -1 as ObjectId & KindId & NodeId & EdgeId
/**
 * The answer where the snapshot has not loaded the edge. It records the request. Only edges are
 * ever unloaded.
 */
export const UNLOADED = -2 as EdgeId

/**
 * The kinds that a supplier knows so far. They only grow, and all snapshots with the same ids share
 * them.
 */
export interface Kinds {
  readonly size: number
  find(type: string, relation: string): KindId
  typeOf(kind: KindId): string
  relationOf(kind: KindId): string
}

/** A relationship's caveat: its name, and the stored context, which wins over the question's. */
export interface CaveatUse {
  readonly name: string
  readonly context: JsonObject
}

/**
 * The part of a list that a caller needs: edges whose far end has one of these types, and for the
 * type of `idRange` only ids within it. A supplier may leave out all other edges, except those to
 * subject sets.
 */
export interface ListRange {
  /** The types, sorted by name. */
  readonly types: readonly string[]
  readonly idRange: IdRange | null
}

/**
 * The objects of a type whose ids come after `after` and not after `until`; null stands for no
 * bound.
 */
export interface IdRange {
  readonly type: string
  readonly after: string | null
  readonly until: string | null
}

export interface Snapshot {
  readonly revision: Revision
  readonly kinds: Kinds

  object(type: string, id: string): ObjectId
  /** The node of `object` seen as `kind`, whose type must be that of the object. */
  node(object: ObjectId, kind: KindId): NodeId
  objectOf(node: NodeId): ObjectId
  kindOf(node: NodeId): KindId
  typeOf(object: ObjectId): string
  idOf(object: ObjectId): string
  /** Whether the object's id is `*`. */
  isWildcard(object: ObjectId): boolean
  /** Compares the two objects' ids by their UTF-8 bytes: negative if `a` comes first. */
  compareIds(a: ObjectId, b: ObjectId): number
  /** Compares the object's id with a text in the same order. */
  compareIdTo(object: ObjectId, id: string): number

  /** The edge between the two nodes; there is at most one. */
  edge(resource: NodeId, subject: NodeId): EdgeId
  /** The first and next subject of a row. `setsOnly` leaves out plain objects. */
  firstSubject(resource: NodeId, setsOnly: boolean, range?: ListRange): EdgeId
  nextSubject(resource: NodeId, edge: EdgeId, setsOnly: boolean, range?: ListRange): EdgeId
  /** The first and next row that names a subject. */
  firstResource(subject: NodeId, range?: ListRange): EdgeId
  nextResource(subject: NodeId, edge: EdgeId, range?: ListRange): EdgeId

  resourceOf(edge: EdgeId): NodeId
  subjectOf(edge: EdgeId): NodeId
  caveatOf(edge: EdgeId): CaveatUse | null
  /** The time of expiration in ms since 1970; Infinity when the relationship does not expire. */
  expiresAtOf(edge: EdgeId): number

  /**
   * Releases whatever was not read since the last call, except the `held` edges. The evaluator does
   * not use edges that it read earlier again.
   */
  release(held: readonly EdgeId[]): void
}
