// Rows: what is asked for where a graph is not held as a whole. A want names some of the relationships
// of one place; a row is what was found there at a revision. The first subjects of a place come
// together, as most places have few; where there are more, one relationship and the subject sets are
// asked for by themselves, since nobody needs a million rows to know whether somebody is among them.

import {
  type ObjectReference,
  printIdentity,
  printObject,
  printSubject,
  type Relationship,
  type RelationshipIdentity,
  type SubjectReference,
} from './relationship.js'
import type { Revision } from './revision.js'

export type Want =
  /** The first subjects of a relation of an object, up to `limits.rowPrefix`. */
  | { readonly kind: 'some'; readonly resource: ObjectReference; readonly relation: string }
  /** All of them. */
  | { readonly kind: 'all'; readonly resource: ObjectReference; readonly relation: string }
  /** Those that are subject sets. */
  | { readonly kind: 'sets'; readonly resource: ObjectReference; readonly relation: string }
  /** One relationship, or none. */
  | { readonly kind: 'one'; readonly identity: RelationshipIdentity }
  /** The relationships that name a subject. */
  | { readonly kind: 'of'; readonly subject: SubjectReference }

export interface Row {
  /** At which it was read; it is the same as long as its place is not written to. */
  readonly revision: Revision
  readonly relationships: readonly Relationship[]
  /** Whether there are no more than these in the place. */
  readonly complete: boolean
}

/** Unique for each want of a store. */
export function printWant(want: Want): string {
  switch (want.kind) {
    case 'one':
      return `one ${printIdentity(want.identity)}`
    case 'of':
      return `of ${printSubject(want.subject)}`
    default:
      return `${want.kind} ${printPlace(want)}`
  }
}

/** What must not have been written to for a row to be as it was: `doc:1#viewer`, `@user:ann`. */
export function placeOf(want: Want): string {
  if (want.kind === 'of') return subjectPlace(want.subject)
  return want.kind === 'one' ? printPlace(want.identity) : printPlace(want)
}

export const printPlace = ({
  resource,
  relation,
}: Pick<RelationshipIdentity, 'resource' | 'relation'>): string =>
  `${printObject(resource)}#${relation}`

export const subjectPlace = (subject: SubjectReference): string => `@${printSubject(subject)}`
