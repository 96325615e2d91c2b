// Cursors of relationship reads: where to go on, in which revision, of which query. The page size is
// no part of the query, so the next page may have another one.

import {
  checksum,
  type DatastoreId,
  isRevision,
  open,
  printFilter,
  Refusal,
  type Relationship,
  type RelationshipFilter,
  type RelationshipIdentity,
  type Revision,
  type StoreId,
  seal,
} from '../terms/index.js'
import type { Engine } from './engine.js'

export interface Place {
  readonly revision: Revision
  /** The last relationship that was given. */
  readonly after: RelationshipIdentity
}

const CURSOR_KIND = 'c1'

type Fields = readonly [DatastoreId, StoreId, Revision, string, ...string[]]
const FIELDS = 10

/** A printer of cursors for one read, which are many. */
export function cursorPrinter(
  engine: Engine,
  filter: RelationshipFilter,
  revision: Revision,
): (relationship: Relationship) => string {
  const query = queryOf(filter)
  return ({ resource, relation, subject }) =>
    seal(CURSOR_KIND, [
      engine.datastore,
      engine.store,
      revision,
      query,
      resource.type,
      resource.id,
      relation,
      subject.type,
      subject.id,
      subject.relation,
    ])
}

/**
 * @throws Refusal `cursor-malformed` for text that is no cursor of ours
 * @throws Refusal `cursor-mismatch` for a cursor of another query, store or datastore
 */
export function parseCursor(engine: Engine, filter: RelationshipFilter, text: string): Place {
  const fields = open(CURSOR_KIND, text)
  if (fields === null || !isFields(fields)) {
    throw new Refusal('cursor-malformed', 'error decoding cursor')
  }
  const [datastore, store, revision, query, ...after] = fields
  if (datastore !== engine.datastore || store !== engine.store || query !== queryOf(filter)) {
    throw new Refusal(
      'cursor-mismatch',
      'the cursor provided does not have the same arguments as the original API call; please ensure you are making the same API call, with the exact same parameters (besides the cursor and the limit)',
    )
  }
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

/** A checksum is no proof that the cursor is ours. */
const isFields = (fields: readonly unknown[]): fields is Fields =>
  fields.length === FIELDS &&
  fields.every((field, at) => (at === 2 ? isRevision(field) : typeof field === 'string'))

const queryOf = (filter: RelationshipFilter): string => checksum(printFilter(filter))
