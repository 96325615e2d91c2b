// The cursors of relationship reads, which hold the last relationship returned, the revision and
// the filter.

import {
  printFilter,
  type Relationship,
  type RelationshipFilter,
  type RelationshipIdentity,
  type Revision,
} from '../terms/index.js'
import { type BookmarkKind, bookmarkPrinter, parseBookmark } from './bookmark.js'
import type { Engine } from './engine.js'

interface PagePosition {
  readonly revision: Revision
  /** The last relationship returned. */
  readonly after: RelationshipIdentity
}

const FIELDS = 6

/** Returns a function that prints the cursors of one read, of which there are many. */
export function cursorPrinter(
  engine: Engine,
  filter: RelationshipFilter,
  revision: Revision,
): (relationship: Relationship) => string {
  const print = bookmarkPrinter(engine, kindOf(filter), revision)
  return ({ resource, relation, subject }) =>
    print([resource.type, resource.id, relation, subject.type, subject.id, subject.relation])
}

/**
 * Parses a cursor.
 * @throws Refusal `cursor-malformed` for text that is not one of our cursors
 * @throws Refusal `cursor-mismatch` for a cursor of another query, store or datastore
 */
export function parseCursor(
  engine: Engine,
  filter: RelationshipFilter,
  text: string,
): PagePosition {
  const { revision, after } = parseBookmark(engine, kindOf(filter), FIELDS, text)
  const [type, id, relation, subjectType, subjectId, subjectRelation] = after
  return {
    revision,
    after: {
      resource: { type, id },
      relation,
      subject: { type: subjectType, id: subjectId, relation: subjectRelation },
    },
  }
}

const kindOf = (filter: RelationshipFilter): BookmarkKind => ({
  kind: 'c1',
  query: printFilter(filter),
})
