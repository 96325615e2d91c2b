// The net changes of some usersets between two revisions: the relationships that exist at one of
// them and not at the other. A relationship that was created and deleted in between is no change.
// Neither is one that was deleted and created again with the same traits.

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

/** A request for the net changes of some usersets. */
export interface RowChangesAsk {
  readonly store: StoreId
  readonly rows: readonly { readonly resource: ObjectReference; readonly relation: string }[]
  /** The earlier revision, which must be readable. */
  readonly since: Revision
  /** The later revision. */
  readonly until: Revision
}

export interface RowChanges {
  /**
   * The created relationships, in the order of identities. One whose caveat or expiration has
   * changed is in both lists.
   */
  readonly created: readonly Relationship[]
  readonly deleted: readonly Relationship[]
}

/**
 * Reads the net changes. Each userset is read as a whole. The caller must verify that both
 * revisions are readable. An expiration is no change.
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

/** Returns those that are not in `others` with the same traits, in the order of identities. */
function unlike(
  list: readonly Relationship[],
  others: readonly Relationship[],
): readonly Relationship[] {
  const known = new Map(others.map(each => [printIdentity(each), each]))
  return list
    .filter(each => !isDeepStrictEqual(known.get(printIdentity(each)), each))
    .sort(compareIdentities)
}
