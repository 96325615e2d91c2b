// Relationships by filter at a revision, in the order of their identities by bytes, page by page.
// Every filter goes by the index where its rows stand together:
//   - resources first (the key), whose order is the answer's own;
//   - subjects first, for filters that name a subject. When they leave its relation open, each
//     relation that it is stored with is read in order and the few streams are merged.
// An id without its type is looked for under each resource type there is, which are few.

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

export interface Ask {
  readonly store: StoreId
  readonly filter: RelationshipFilter
  readonly at: Revision
  /** Relationships that have expired by then are left out; null leaves none out. */
  readonly now: number | null
  /** The last relationship of the page before, which the same filter gave. */
  readonly after: RelationshipIdentity | null
  readonly limit: number
}

/** What matches, at most `limit`, in the order of identities; that `at` is readable is the caller's proof. */
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
 * How many match, those that have expired by `now` left out.
 * @param most where to stop counting
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

/** Resource types in order, from that of `after` on; jumps from one to the next in the index. */
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

/** What the index by subject has after the subject, and the subject's relation to tell rows apart. */
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
         select r.* from known cross join lateral (${page(['r.subject_relation = known.relation'])}) r
         ${ORDER_BY} limit ${limit}`
  return (await q.query<RelationshipRow>(sql, values)).map(toRelationship)
}

/** The relations that the subject is stored with, found by jumping from one to the next. */
function subjectRelations({ store, filter }: Ask, bind: Parameters['bind']): string {
  const from = `select r.subject_relation from relationship r where r.store = ${bind(store)}
    and ${ledBy.subject} and r.subject_type = ${bind(filter.subject?.type)} and r.subject_id = ${bind(filter.subject?.id)}`
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
