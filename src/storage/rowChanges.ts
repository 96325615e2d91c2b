// What became of some rows between two revisions: relationships that are there and were not, or the
// other way round. What came and went in between is nothing, nor is what went and came again as it was.

import { isDeepStrictEqual } from 'node:util'
import {
  compareIdentities,
  type ObjectReference,
  printIdentity,
  type Relationship,
  type Revision,
  type StoreId,
} from '../terms/index.js'
import { isLiveAt, parameters } from './condition.js'
import type { Queryable } from './database.js'
import { listRelationship, type RelationshipRow, toRelationship } from './record.js'

export interface RowChangesAsk {
  readonly store: StoreId
  readonly rows: readonly { readonly resource: ObjectReference; readonly relation: string }[]
  /** As of which it was one thing; retained. */
  readonly since: Revision
  /** As of which it is another; not before `since`. */
  readonly until: Revision
}

interface RowChanges {
  /** In the order of identities; what has other traits now is in both. */
  readonly created: readonly Relationship[]
  readonly deleted: readonly Relationship[]
}

/**
 * Each row is read as a whole. That both revisions are readable is the caller's proof. To expire is
 * no change.
 */
export async function readRowChanges(
  q: Queryable,
  { store, rows, since, until }: RowChangesAsk,
): Promise<RowChanges> {
  if (rows.length === 0 || since >= until) return { created: [], deleted: [] }
  const { values, bind } = parameters()
  const table = [
    rows.map(({ resource }) => resource.type),
    rows.map(({ resource }) => resource.id),
    rows.map(({ relation }) => relation),
  ].map(array => `${bind(array)}::text[]`)
  const [before, now] = [since, until].map(revision => `(${isLiveAt(bind(revision))})`)
  const found = await q.query<RelationshipRow & { readonly is_there: boolean }>(
    `select ${listRelationship('r')}, ${now} as is_there
     from unnest(${table.join(', ')}) as t(resource_type, resource_id, relation)
     join relationship r on r.store = ${bind(store)} and r.resource_type = t.resource_type
       and r.resource_id = t.resource_id and r.relation = t.relation
     where ${before} <> ${now}`,
    values,
  )
  const pick = (isThere: boolean): readonly Relationship[] =>
    found.filter(row => row.is_there === isThere).map(toRelationship)
  const [created, deleted] = [pick(true), pick(false)]
  return { created: unlike(created, deleted), deleted: unlike(deleted, created) }
}

/** Those that are not among the others with the same traits, in the order of identities. */
function unlike(
  list: readonly Relationship[],
  others: readonly Relationship[],
): readonly Relationship[] {
  const known = new Map(others.map(each => [printIdentity(each), each]))
  return list
    .filter(each => !isDeepStrictEqual(known.get(printIdentity(each)), each))
    .sort(compareIdentities)
}
