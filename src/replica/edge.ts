// An edge as it is added to the graph, and the entry: the number that stands for a subject in a
// row. A row holds the edges of one resource, sorted by entry. Subject sets come first, so that a
// reader of subject sets only can stop early.
//
//   entry   bit 29       the subject is an object itself, not a subject set
//           bits 28..0   its node

import type { NodeId } from '../evaluator/index.js'

declare const entryBrand: unique symbol
/** A subject as rows hold it. */
export type SubjectEntry = number & { readonly [entryBrand]: true }

const OBJECT_BIT = 1 << 29
export const NODES_MAX = OBJECT_BIT

export const toSubjectEntry = (subject: NodeId, isObject: boolean): SubjectEntry =>
  (isObject ? subject | OBJECT_BIT : subject) as SubjectEntry

export const nodeOf = (entry: SubjectEntry): NodeId => (entry & ~OBJECT_BIT) as NodeId

export const isObject = (entry: SubjectEntry): boolean => (entry & OBJECT_BIT) !== 0

/** The two ends of an edge. */
export interface Ends {
  readonly resource: NodeId
  readonly subject: SubjectEntry
}

/** A relationship in numbers. It lives for the length of a call. */
export interface Edge extends Ends {
  /** Position of the caveat use, or NONE. */
  readonly use: number
  /** Time of expiration, ms since 1970; Infinity for never. */
  readonly expiresAt: number
}
