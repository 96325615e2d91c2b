// The relationships that have expired, in the order of expiration, then of identity. The index on
// expirations holds those that are still stored. Those that existed at the revision and have been
// deleted since are found among the later deletions, which are few when the revision is a recent
// one.

import type { ExpiryMark, Relationship, Revision, StoreId } from '../terms/index.js'
import { ledBy, parameters } from './condition.js'
import type { Queryable } from './database.js'
import {
  IDENTITY,
  listIdentity,
  listRelationship,
  type RelationshipRow,
  toIdentityRow,
  toRelationship,
} from './record.js'

/** A request for relationships that have expired. */
export interface ExpiredAsk {
  readonly store: StoreId
  /** The revision. The caller must verify that it is readable. */
  readonly at: Revision
  readonly after: ExpiryMark
  /** The last expiration time to include, ms since 1970. */
  readonly until: number
  readonly limit: number
}

/**
 * Reads the relationships of the revision that expire after `after` and not after `until`, at most
 * `limit`.
 */
export async function readExpired(
  q: Queryable,
  { store, at, after, until, limit }: ExpiredAsk,
): Promise<readonly Relationship[]> {
  const { values, bind } = parameters()
  const revision = bind(at)
  const conditions = [
    `r.store = ${bind(store)}`,
    `r.created_revision <= ${revision}`,
    `r.expires_at <= ${bind(until)}`,
    isAfter(after, bind),
  ].join(' and ')
  const page = `order by r.expires_at, ${listIdentity('r')} limit ${bind(limit)}`
  const select = (where: string): string =>
    `(select ${listRelationship('r')} from relationship r where ${conditions} and ${where} ${page})`
  const rows = await q.query<RelationshipRow>(
    `select r.* from (
       ${select(ledBy.expiry)}
       union all
       ${select(`r.deleted_revision > ${revision} and ${ledBy.deletion}`)}
     ) r ${page}`,
    values,
  )
  return rows.map(toRelationship)
}

function isAfter({ at, after }: ExpiryMark, bind: (value: unknown) => string): string {
  const time = bind(at)
  if (after === null) return `r.expires_at > ${time}`
  const row = toIdentityRow(after)
  const bounds = IDENTITY.map(column => bind(row[column])).join(', ')
  return `r.expires_at >= ${time} and (r.expires_at, ${listIdentity('r')}) > (${time}, ${bounds})`
}
