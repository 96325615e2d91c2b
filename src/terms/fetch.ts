// Fetches and relationship lists: how a graph that is not in memory is read. A fetch names some of
// the relationships of one userset or one subject; a list is what was found at a revision. Most
// usersets have few subjects, so the first subjects are fetched together. In a larger userset, one
// relationship and the subject sets are fetched by themselves, since nobody should load a million
// relationships to find out whether one of them exists. A lookup that does read all of them takes
// them chunk by chunk.

import {
  type ObjectReference,
  printObject,
  printSubject,
  type Relationship,
  type RelationshipIdentity,
  type SubjectReference,
} from './relationship.js'
import type { Revision } from './revision.js'

/** A list of relationships, or the one relationship of an identity. */
export type Fetch = ListFetch | { readonly kind: 'one'; readonly identity: RelationshipIdentity }

/** One chunk of a list of relationships, in the order of their identities. */
export type ListFetch = ListKey & ChunkBounds

/** The name of a list of relationships. */
type ListKey =
  /** All subjects of a userset. */
  | { readonly kind: 'some'; readonly resource: ObjectReference; readonly relation: string }
  /** The subjects of a userset that are subject sets. */
  | { readonly kind: 'sets'; readonly resource: ObjectReference; readonly relation: string }
  /** The relationships that name a subject. */
  | { readonly kind: 'of'; readonly subject: SubjectReference }

/** The part of a list that one chunk covers. */
interface ChunkBounds {
  /** The far end of the last relationship before the chunk. Null at the beginning of the list. */
  readonly after: Position | null
  /** The largest number of relationships in the chunk. */
  readonly limit: number
}

/** The far end of a relationship in a list: its subject, or its resource and relation. */
export type Position = SubjectReference

/** The result of a fetch. */
export interface RelationshipList {
  /** The revision of the read. The list stays valid until its userset or subject is written to. */
  readonly revision: Revision
  readonly relationships: readonly Relationship[]
  /** Whether the list ends with these relationships. */
  readonly complete: boolean
}

/** The key of the writes that make a fetched list outdated: `doc:1#viewer`, `@user:ann`. */
export function writeKeyOf(fetch: ListKey | Fetch): string {
  if (fetch.kind === 'of') return subjectKey(fetch.subject)
  return fetch.kind === 'one' ? printUserset(fetch.identity) : printUserset(fetch)
}

/** `doc:1#viewer`. */
export const printUserset = ({
  resource,
  relation,
}: Pick<RelationshipIdentity, 'resource' | 'relation'>): string =>
  `${printObject(resource)}#${relation}`

/** `@user:ann`, which no userset is printed as. */
export const subjectKey = (subject: SubjectReference): string => `@${printSubject(subject)}`
