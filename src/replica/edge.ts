// An edge on its way into the graph, and the number by which a row knows a subject. Rows are sorted
// by that number: subject sets come first, so that whoever wants only these can stop early.
//
//   entry   bit 29       the subject is an object itself, not a subject set
//           bits 28..0   its node

import type { NodeId } from '../evaluator/index.js'

declare const entryBrand: unique symbol
export type SubjectEntry = number & { readonly [entryBrand]: true }

const OBJECT_BIT = 1 << 29
export const NODES_MAX = OBJECT_BIT

export const toSubjectEntry = (subject: NodeId, isObject: boolean): SubjectEntry =>
  (isObject ? subject | OBJECT_BIT : subject) as SubjectEntry

export const nodeOf = (entry: SubjectEntry): NodeId => (entry & ~OBJECT_BIT) as NodeId

export const isObject = (entry: SubjectEntry): boolean => (entry & OBJECT_BIT) !== 0

/** What an edge is between. */
export interface Ends {
  readonly resource: NodeId
  readonly subject: SubjectEntry
}

/** What is stored of a relationship, in integers; it lives for the length of a call. */
export interface Edge extends Ends {
  /** Position of the caveat use, or NONE. */
  readonly use: number
  /** Milliseconds since 1970, Infinity for never. */
  readonly expiresAt: number
}
