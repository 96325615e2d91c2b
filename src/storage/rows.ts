// Rows for who holds no graph: everything that a question was found to need, in one statement, as of
// one revision, and with what proves that the revision could be read and which history it is of. Each kind of want has its index: places and single relationships the key, subject sets
// an index of their own, so that they are found in a place of a million subjects, and what names a
// subject the index by subject.

import {
  limits,
  type Mark,
  type Relationship,
  type Revision,
  type Row,
  type StoreId,
  type Want,
} from '../terms/index.js'
import { isLiveAt, ledBy, type Parameters, parameters } from './condition.js'
import type { Queryable } from './database.js'
import { MARK, type MarkRow, markOf } from './history.js'
import {
  IDENTITY,
  listRelationship,
  type RelationshipRow,
  toIdentityArrays,
  toRelationship,
} from './record.js'
import { storeDeleted } from './revisions.js'

export interface RowsAsk {
  readonly store: StoreId
  readonly at: Revision
  /** Each once. */
  readonly wants: readonly Want[]
}

export interface RowsRead {
  /** One for each want, in their order. */
  readonly rows: readonly Row[]
  /** That they are as of: the one asked, or the head of a database that has not come so far. */
  readonly at: Revision
  /** Of that revision; null when nothing is kept of it. */
  readonly mark: Mark | null
  /** Rows as of a revision before it are not whole. */
  readonly oldest: Revision
}

interface Ground extends MarkRow {
  readonly at: Revision
  readonly oldest: Revision
}

type FoundRow = RelationshipRow & { readonly place: number }

/**
 * @param wants at least one
 * @throws Refusal `store-not-found` once the store is deleted
 */
export async function readRows(q: Queryable, { store, at, wants }: RowsAsk): Promise<RowsRead> {
  const { values, bind } = parameters()
  const place = bind(store)
  const parts = toParts(wants).map(part => toSelect(part, place, bind))
  // A store that is there has at least one row: of nulls when nothing was found.
  const rows = await q.query<Ground & (FoundRow | { readonly place: null })>(
    `select g.at, g.oldest, g.mark_at, g.mark_request_id, v.* from (
       select h.at, h.oldest, ${MARK} from (
         select id, oldest, least(head, ${bind(at)}) as at from store
         where id = ${place} and deleted_at is null
       ) h left join revision p on p.store = h.id and p.revision = h.at
     ) g left join lateral (${parts.join(' union all ')}) v on true`,
    values,
  )
  const [ground] = rows
  if (ground === undefined) throw storeDeleted()
  const found: Relationship[][] = wants.map(() => [])
  for (const row of rows) if (row.place !== null) found[row.place].push(toRelationship(row))
  return {
    rows: toRows(wants, found, ground.at),
    at: ground.at,
    mark: markOf(ground),
    oldest: ground.oldest,
  }
}

const toRows = (
  wants: readonly Want[],
  found: readonly (readonly Relationship[])[],
  revision: Revision,
): readonly Row[] =>
  wants.map((want, place) => {
    const relationships = found[place]
    const isCut = want.kind === 'some' && relationships.length > limits.rowPrefix
    return {
      revision,
      relationships: isCut ? relationships.slice(0, limits.rowPrefix) : relationships,
      complete: !isCut,
    }
  })

type Kind = Want['kind']

interface Part {
  readonly kind: Kind
  readonly wants: readonly Want[]
  /** Of each want among all. */
  readonly places: readonly number[]
}

function toParts(wants: readonly Want[]): readonly Part[] {
  const kinds: readonly Kind[] = ['some', 'all', 'sets', 'one', 'of']
  return kinds.flatMap(kind => {
    const places = wants.flatMap((want, place) => (want.kind === kind ? place : []))
    return places.length === 0 ? [] : { kind, wants: places.map(place => wants[place]), places }
  })
}

const PLACE = IDENTITY.slice(0, 3)
const SUBJECT = IDENTITY.slice(3)

function toSelect({ kind, wants, places }: Part, store: string, bind: Parameters['bind']): string {
  const columns = kind === 'one' ? IDENTITY : kind === 'of' ? SUBJECT : PLACE
  const arrays = [...toArrays(wants, columns.length), places].map(
    (array, i) => `${bind(array)}::${i < columns.length ? 'text' : 'int'}[]`,
  )
  const conditions = [
    `r.store = ${store}`,
    ...columns.map(column => `r.${column} = t.${column}`),
    isLiveAt('g.at'),
    ...(kind === 'sets' ? [ledBy.set] : []),
    ...(kind === 'of' ? [ledBy.subject] : []),
  ]
  const order = kind === 'of' ? listColumns(PLACE) : listColumns(SUBJECT)
  const limit =
    kind === 'some' ? ` limit ${limits.rowPrefix + 1}` : kind === 'one' ? ' limit 1' : ''
  return `(select t.place, r.* from unnest(${arrays.join(', ')}) as t(${columns.join(', ')}, place)
    cross join lateral (
      select ${listRelationship('r')} from relationship r
      where ${conditions.join(' and ')} order by ${order}${limit}
    ) r)`
}

const listColumns = (columns: readonly string[]): string =>
  columns.map(column => `r.${column}`).join(', ')

/** The values of the columns that a kind of want fixes, one array a column. */
function toArrays(wants: readonly Want[], width: number): readonly string[][] {
  const rows = wants.map(want => {
    if (want.kind === 'one') return toIdentityArrays([want.identity]).map(([value]) => value)
    if (want.kind === 'of') return [want.subject.type, want.subject.id, want.subject.relation]
    return [want.resource.type, want.resource.id, want.relation]
  })
  return Array.from({ length: width }, (_, column) => rows.map(row => row[column]))
}
