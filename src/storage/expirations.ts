// What has expired, in the order of expiration, then identity. The index on expirations holds what is
// still there; what was there at the revision and is gone by now is found among the later deletions,
// which are few when the revision is a recent one.

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

export interface ExpiredAsk {
  readonly store: StoreId
  /** That it is readable is the caller's proof. */
  readonly at: Revision
  readonly after: ExpiryMark
  /** The last moment that counts, ms since 1970. */
  readonly until: number
  readonly limit: number
}

/** The relationships of the revision that expire after the mark, up to a moment; at most `limit`. */
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
  const moment = bind(at)
  if (after === null) return `r.expires_at > ${moment}`
  const row = toIdentityRow(after)
  const bounds = IDENTITY.map(column => bind(row[column])).join(', ')
  return `r.expires_at >= ${moment} and (r.expires_at, ${listIdentity('r')}) > (${moment}, ${bounds})`
}
