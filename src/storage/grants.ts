// Relationships with who granted them, when and why: the notes of the revisions that created them.
// A revision without a note may have been deleted after the retention; its grants have no actor,
// time or reason.

import {
  compareTexts,
  type ObjectReference,
  type Relationship,
  type RelationshipIdentity,
  type Revision,
  type StoreId,
  type SubjectReference,
} from '../terms/index.js'
import { isLiveAt, isUnexpired, type Parameters, parameters, successor } from './condition.js'
import type { Queryable } from './database.js'
import {
  IDENTITY,
  listRelationship,
  type RelationshipRow,
  toIdentityArrays,
  toRelationship,
} from './record.js'

/** A group of grants: the subjects of one type in one relation of a resource. */
export interface GrantRow {
  readonly resource: ObjectReference
  readonly relation: string
  readonly subjectType: string
}

/** A relationship with the note of the revision that created it. */
export interface StoredGrant {
  /** The index of the requested row or identity that it belongs to. */
  readonly row: number
  readonly relationship: Relationship
  /** The revision that created it. */
  readonly revision: Revision
  /** The commit time of that revision, ms since 1970. Null if its row was deleted. */
  readonly at: number | null
  readonly actor: string | null
  readonly reason: string | null
}

/** A request for a page of grants. */
export interface GrantsAsk {
  readonly store: StoreId
  readonly at: Revision
  /** The time by which expired relationships are left out, ms since 1970. */
  readonly now: number
  readonly rows: readonly GrantRow[]
  /** The prefix of the subjects' ids. Empty for all. */
  readonly prefix: string
  /** The last subject of the page before, or null. */
  readonly after: SubjectReference | null
  /** The maximum number of subjects. */
  readonly limit: number
}

/**
 * Reads all grants of the first `limit` subjects, in the order of subjects by bytes, then of the
 * rows. The caller must verify that `at` is readable. Each row is read from where the page begins,
 * and no further than the page may need. The beginning is one bound: given two, after the last page
 * and from the prefix, the database would start at either.
 */
export async function readGrants(q: Queryable, ask: GrantsAsk): Promise<readonly StoredGrant[]> {
  const { store, at, now, prefix, limit } = ask
  const starts = pageStarts(ask)
  if (starts.length === 0) return []
  const { values, bind } = parameters()
  const table = unnested(starts, bind)
  const end = successor(prefix)
  const conditions = [
    `r.store = ${bind(store)}`,
    ...ROW.map(column => `r.${column} = t.${column}`),
    '(r.subject_id, r.subject_relation) >= (t.from_id, t.from_relation)',
    ...(end === null ? [] : [`r.subject_id < ${bind(end)}`]),
    isLiveAt(bind(at)),
    isUnexpired(bind(now)),
  ]
  const limitParameter = bind(limit)
  const found = await q.query<GrantRecord>(
    `select g.*, v.at, v.actor, v.reason
     from (
       select r.*, t.place,
         dense_rank() over (order by r.subject_type, r.subject_id, r.subject_relation) as rank
       from ${table}
       cross join lateral (
         select ${listRelationship('r')}, r.created_revision from relationship r
         where ${conditions.join(' and ')}
         order by r.subject_id, r.subject_relation limit ${limitParameter}
       ) r
     ) g ${withNote('g', bind(store))}
     where g.rank <= ${limitParameter} order by g.rank, g.place`,
    values,
  )
  return found.map(toGrant)
}

/**
 * Reads those of the relationships that are live at `at`, with who granted them, in any order.
 * Expired ones are included. The caller must verify that `at` is readable.
 */
export async function readGiven(
  q: Queryable,
  { store, at, identities }: GivenAsk,
): Promise<readonly StoredGrant[]> {
  if (identities.length === 0) return []
  const { values, bind } = parameters()
  const arrays = toIdentityArrays(identities).map(array => `${bind(array)}::text[]`)
  const found = await q.query<GrantRecord>(
    `select r.*, v.at, v.actor, v.reason
     from (
       select r.*, t.place - 1 as place
       from unnest(${arrays.join(', ')}) with ordinality as t(${IDENTITY.join(', ')}, place)
       cross join lateral (
         select ${listRelationship('r')}, r.created_revision from relationship r
         where r.store = ${bind(store)} and ${IDENTITY.map(c => `r.${c} = t.${c}`).join(' and ')}
           and ${isLiveAt(bind(at))} limit 1
       ) r
     ) r ${withNote('r', bind(store))}`,
    values,
  )
  return found.map(toGrant)
}

/** A request for the grants of known relationships. */
export interface GivenAsk {
  readonly store: StoreId
  readonly at: Revision
  readonly identities: readonly RelationshipIdentity[]
}

/** The columns that a row of a page fixes. */
const ROW = ['resource_type', 'resource_id', 'relation', 'subject_type'] as const

/** The columns of the least subject of a row that the page may contain. */
const FROM = ['from_id', 'from_relation'] as const

/** Where a page begins in one row. */
type PageStart = Readonly<Record<(typeof ROW | typeof FROM)[number], string> & { place: number }>

/**
 * Returns where the page begins in each row. Rows whose subjects all come before the page are left
 * out.
 */
function pageStarts({ rows, prefix, after }: GrantsAsk): readonly PageStart[] {
  return rows.flatMap(({ resource, relation, subjectType }, index) => {
    const order = after === null ? 1 : compareTexts(subjectType, after.type)
    if (order < 0) return []
    const isContinued = after !== null && order === 0 && compareTexts(after.id, prefix) >= 0
    return {
      resource_type: resource.type,
      resource_id: resource.id,
      relation,
      subject_type: subjectType,
      from_id: isContinued ? after.id : prefix,
      from_relation: isContinued ? afterRelation(after.relation) : '',
      place: index,
    }
  })
}

/** The least text after a relation: a space sorts before every character of names. */
const afterRelation = (relation: string): string => `${relation} `

function unnested(starts: readonly PageStart[], bind: Parameters['bind']): string {
  const columns = [...ROW, ...FROM] as const
  const texts = columns.map(column => `${bind(starts.map(each => each[column]))}::text[]`)
  const places = `${bind(starts.map(({ place }) => place))}::int[]`
  return `unnest(${[...texts, places].join(', ')}) as t(${columns.join(', ')}, place)`
}

/**
 * SQL that joins the note of each grant. The limit makes the database look up each note; without it
 * the planner may read those of all revisions.
 */
const withNote = (alias: string, store: string): string =>
  `left join lateral (
     select n.at, n.actor, n.reason from revision n
     where n.store = ${store} and n.revision = ${alias}.created_revision limit 1
   ) v on true`

interface GrantRecord extends RelationshipRow {
  readonly place: number
  readonly created_revision: Revision
  readonly at: number | null
  readonly actor: string | null
  readonly reason: string | null
}

const toGrant = (record: GrantRecord): StoredGrant => ({
  row: record.place,
  relationship: toRelationship(record),
  revision: record.created_revision,
  at: record.at,
  actor: record.actor,
  reason: record.reason,
})
