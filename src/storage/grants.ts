// Relationships with who gave them, when and why: the notes of the revisions that created them. A
// revision that carried no note may be gone after the retention; nothing is told of it then.

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

/** Subjects of one type in one row. */
export interface GrantRow {
  readonly resource: ObjectReference
  readonly relation: string
  readonly subjectType: string
}

interface StoredGrant {
  /** Which of the rows, or identities, that were asked for, from 0. */
  readonly row: number
  readonly relationship: Relationship
  /** That created it. */
  readonly revision: Revision
  /** Ms since 1970. */
  readonly at: number | null
  readonly actor: string | null
  readonly reason: string | null
}

export interface GrantsAsk {
  readonly store: StoreId
  readonly at: Revision
  /** What has expired by then is left out, ms since 1970. */
  readonly now: number
  readonly rows: readonly GrantRow[]
  /** Of subjects' ids; empty for all. */
  readonly prefix: string
  /** The subject to go on after, or null. */
  readonly after: SubjectReference | null
  /** Subjects. */
  readonly limit: number
}

/**
 * All grants of the first `limit` subjects, in the order of subjects by bytes, then of the rows; that
 * `at` is readable is the caller's proof. Each row is read from where the page begins, and no further
 * than the page could need. That beginning is one bound: of two, after the last page and from the
 * prefix, the database starts at whichever it likes.
 */
export async function readGrants(q: Queryable, ask: GrantsAsk): Promise<readonly StoredGrant[]> {
  const { store, at, now, prefix, limit } = ask
  const begins = beginnings(ask)
  if (begins.length === 0) return []
  const { values, bind } = parameters()
  const table = unnested(begins, bind)
  const end = successor(prefix)
  const conditions = [
    `r.store = ${bind(store)}`,
    ...ROW.map(column => `r.${column} = t.${column}`),
    '(r.subject_id, r.subject_relation) >= (t.from_id, t.from_relation)',
    ...(end === null ? [] : [`r.subject_id < ${bind(end)}`]),
    isLiveAt(bind(at)),
    isUnexpired(bind(now)),
  ]
  const most = bind(limit)
  const found = await q.query<GrantRecord>(
    `select g.*, v.at, v.actor, v.reason
     from (
       select r.*, t.place,
         dense_rank() over (order by r.subject_type, r.subject_id, r.subject_relation) as rank
       from ${table}
       cross join lateral (
         select ${listRelationship('r')}, r.created_revision from relationship r
         where ${conditions.join(' and ')}
         order by r.subject_id, r.subject_relation limit ${most}
       ) r
     ) g ${withNote('g', bind(store))}
     where g.rank <= ${most} order by g.rank, g.place`,
    values,
  )
  return found.map(toGrant)
}

/**
 * Those of the relationships that are live at `at`, with who gave them, in any order; that `at` is
 * readable is the caller's proof. What has expired is among them.
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

export interface GivenAsk {
  readonly store: StoreId
  readonly at: Revision
  readonly identities: readonly RelationshipIdentity[]
}

/** What a row of a page is fixed to. */
const ROW = ['resource_type', 'resource_id', 'relation', 'subject_type'] as const

/** The least subject of a row that the page may give. */
const FROM = ['from_id', 'from_relation'] as const

type Beginning = Readonly<Record<(typeof ROW | typeof FROM)[number], string> & { place: number }>

/** Rows whose subjects all come before the page are left out. */
function beginnings({ rows, prefix, after }: GrantsAsk): readonly Beginning[] {
  return rows.flatMap(({ resource, relation, subjectType }, place) => {
    const order = after === null ? 1 : compareTexts(subjectType, after.type)
    if (order < 0) return []
    const goesOn = after !== null && order === 0 && compareTexts(after.id, prefix) >= 0
    return {
      resource_type: resource.type,
      resource_id: resource.id,
      relation,
      subject_type: subjectType,
      from_id: goesOn ? after.id : prefix,
      from_relation: goesOn ? next(after.relation) : '',
      place,
    }
  })
}

/** A space comes before everything that names are made of. */
const next = (relation: string): string => `${relation} `

function unnested(begins: readonly Beginning[], bind: Parameters['bind']): string {
  const columns = [...ROW, ...FROM] as const
  const texts = columns.map(column => `${bind(begins.map(each => each[column]))}::text[]`)
  const places = `${bind(begins.map(({ place }) => place))}::int[]`
  return `unnest(${[...texts, places].join(', ')}) as t(${columns.join(', ')}, place)`
}

/** The limit makes the database look up each note; it may otherwise read those of all revisions. */
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
