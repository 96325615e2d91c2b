// Rows: what is asked for where a graph is not held as a whole. A want names some of the relationships
// of one place; a row is what was found there at a revision. The first subjects of a place come
// together, as most places have few; where there are more, one relationship and the subject sets are
// asked for by themselves, since nobody needs a million rows to know whether somebody is among them.
// Who does go through all of them takes one stretch after another.

import {
  type ObjectReference,
  printObject,
  printSubject,
  type Relationship,
  type RelationshipIdentity,
  type SubjectReference,
} from './relationship.js'
import type { Revision } from './revision.js'

export type Fetch = ListFetch | { readonly kind: 'one'; readonly identity: RelationshipIdentity }

/** Relationships in the order of their identities. */
export type ListFetch = ListKey & ChunkBounds

type ListKey =
  /** The subjects of a relation of an object. */
  | { readonly kind: 'some'; readonly resource: ObjectReference; readonly relation: string }
  /** Those that are subject sets. */
  | { readonly kind: 'sets'; readonly resource: ObjectReference; readonly relation: string }
  /** The relationships that name a subject. */
  | { readonly kind: 'of'; readonly subject: SubjectReference }

interface ChunkBounds {
  /** What stands at the far end of the last relationship before them; null for the first. */
  readonly after: Position | null
  /** Relationships, at most. */
  readonly limit: number
}

/** A subject, or a row as a resource and its relation. */
export type Position = SubjectReference

export interface RelationshipList {
  /** At which it was read; it is the same as long as its place is not written to. */
  readonly revision: Revision
  readonly relationships: readonly Relationship[]
  /** Whether none come after these. */
  readonly complete: boolean
}

/** What must not have been written to for a row to be as it was: `doc:1#viewer`, `@user:ann`. */
export function writeKeyOf(want: ListKey | Fetch): string {
  if (want.kind === 'of') return subjectKey(want.subject)
  return want.kind === 'one' ? printUserset(want.identity) : printUserset(want)
}

export const printUserset = ({
  resource,
  relation,
}: Pick<RelationshipIdentity, 'resource' | 'relation'>): string =>
  `${printObject(resource)}#${relation}`

export const subjectKey = (subject: SubjectReference): string => `@${printSubject(subject)}`
