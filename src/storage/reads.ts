// Relationships by filter at a revision, page by page, in the order of their identities by bytes.
// Every filter uses the index in which its matches are adjacent:
//   - by resource (the key), whose order is that of the result;
//   - by subject, for filters that name a subject. If such a filter leaves the subject's relation
//     open, each relation that the subject is stored with is read in order and the few streams are
//     merged.
// An id without its type is looked up under each resource type of the store, of which there are
// few.

import type {
  Relationship,
  RelationshipFilter,
  RelationshipIdentity,
  Revision,
  StoreId,
} from '../terms/index.js'
import {
  BY_SUBJECT,
  isLiveAt,
  isUnexpired,
  ledBy,
  type Parameters,
  parameters,
  pathFor,
  toPage,
} from './condition.js'
import type { Queryable } from './database.js'
import {
  IDENTITY,
  listIdentity,
  listRelationship,
  type RelationshipRow,
  toRelationship,
} from './record.js'

/** A request for one page of relationships. */
export interface Ask {
  readonly store: StoreId
  readonly filter: RelationshipFilter
  readonly at: Revision
  /** The time by which expired relationships are left out, ms since 1970. Null leaves none out. */
  readonly now: number | null
  /**
   * The last relationship of the page before, which had the same filter. Null for the first page.
   */
  readonly after: RelationshipIdentity | null
  readonly limit: number
}

/**
 * Reads the matches in the order of identities, at most `limit`. The caller must verify that `at`
 * is readable.
 */
export async function readRelationships(q: Queryable, ask: Ask): Promise<readonly Relationship[]> {
  const { resourceType, resourceId, resourceIdPrefix } = ask.filter
  if (pathFor(ask.filter) === BY_SUBJECT && ask.filter.subject?.id !== undefined) {
    return readBySubject(q, ask)
  }
  if (resourceType === undefined && (resourceId ?? resourceIdPrefix) !== undefined) {
    return readTypeByType(q, ask)
  }
  return readByResource(q, ask)
}

/**
 * Counts the matches that have not expired by `now`.
 * @param most the number at which to stop counting
 */
export async function countMatching(
  q: Queryable,
  ask: Pick<Ask, 'store' | 'filter' | 'at' | 'now'>,
  most = Number.MAX_SAFE_INTEGER,
): Promise<number> {
  const { values, bind } = parameters()
  const conditions = [...basics(ask, bind), ...toPage(IDENTITY, ask.filter, null, bind)]
  const [{ count }] = await q.query<{ count: number }>(
    `select count(*) as count from (
       select from relationship r where ${conditions.join(' and ')} limit ${bind(most)}
     ) matching`,
    values,
  )
  return count
}

const ORDER_BY = `order by ${listIdentity('r')}`

async function readByResource(q: Queryable, ask: Ask): Promise<readonly Relationship[]> {
  const { values, bind } = parameters()
  const conditions = [...basics(ask, bind), ...toPage(IDENTITY, ask.filter, ask.after, bind)]
  const rows = await q.query<RelationshipRow>(
    `select ${listRelationship('r')} from relationship r
     where ${conditions.join(' and ')} ${ORDER_BY} limit ${bind(ask.limit)}`,
    values,
  )
  return rows.map(toRelationship)
}

async function readTypeByType(q: Queryable, ask: Ask): Promise<readonly Relationship[]> {
  const found: Relationship[] = []
  for (const resourceType of await readResourceTypes(q, ask)) {
    const limit = ask.limit - found.length
    if (limit === 0) break
    const after = resourceType === ask.after?.resource.type ? ask.after : null
    const filter = { ...ask.filter, resourceType }
    found.push(...(await readByResource(q, { ...ask, filter, after, limit })))
  }
  return found
}

/**
 * Reads the resource types in order, from that of `after` on. The query jumps from one to the next
 * in the index.
 */
async function readResourceTypes(q: Queryable, { store, after }: Ask): Promise<readonly string[]> {
  const rows = await q.query<{ type: string }>(
    `with recursive known(type) as (
       (select r.resource_type from relationship r where r.store = $1 and r.resource_type >= $2
        order by r.resource_type limit 1)
       union all
       select (select r.resource_type from relationship r
               where r.store = $1 and r.resource_type > known.type
               order by r.resource_type limit 1)
       from known where known.type is not null
     ) select type from known where type is not null order by type`,
    [store, after?.resource.type ?? ''],
  )
  return rows.map(({ type }) => type)
}

/**
 * The columns that follow the subject in the index by subject, and the subject's relation to make
 * rows unique.
 */
const AFTER_SUBJECT = ['resource_type', 'resource_id', 'relation', 'subject_relation'] as const

async function readBySubject(q: Queryable, ask: Ask): Promise<readonly Relationship[]> {
  const { values, bind } = parameters()
  const conditions = [...basics(ask, bind), ...toPage(AFTER_SUBJECT, ask.filter, ask.after, bind)]
  const limit = bind(ask.limit)
  const page = (more: readonly string[]): string =>
    `select ${listRelationship('r')} from relationship r
     where ${[...conditions, ...more].join(' and ')} ${ORDER_BY} limit ${limit}`
  const sql =
    ask.filter.subject?.relation !== undefined
      ? page([])
      : `with recursive ${subjectRelations(ask, bind)}
         select r.* from known
         cross join lateral (${page(['r.subject_relation = known.relation'])}) r
         ${ORDER_BY} limit ${limit}`
  return (await q.query<RelationshipRow>(sql, values)).map(toRelationship)
}

/**
 * SQL for the relations that the subject is stored with. It jumps from one to the next in the
 * index.
 */
function subjectRelations({ store, filter }: Ask, bind: Parameters['bind']): string {
  const from = `select r.subject_relation from relationship r where r.store = ${bind(store)}
    and ${ledBy.subject} and r.subject_type = ${bind(filter.subject?.type)}
    and r.subject_id = ${bind(filter.subject?.id)}`
  const first = 'order by r.subject_relation limit 1'
  return `known(relation) as (
    (${from} ${first})
    union all
    select (${from} and r.subject_relation > known.relation ${first})
    from known where known.relation is not null
  )`
}

function basics(
  { store, filter, at, now }: Pick<Ask, 'store' | 'filter' | 'at' | 'now'>,
  bind: Parameters['bind'],
): string[] {
  const conditions = [`r.store = ${bind(store)}`, isLiveAt(bind(at)), ...pathFor(filter).conditions]
  return now === null ? conditions : [...conditions, isUnexpired(bind(now))]
}
