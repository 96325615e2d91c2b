// Rows for who holds no graph: everything that a question was found to need, in one statement, as of
// one revision. Each kind of want has its index: places and single relationships the key, subject sets
// an index of their own, so that they are found in a place of a million subjects, and what names a
// subject the index by subject.

import {
  limits,
  type Relationship,
  type Revision,
  type Row,
  type StoreId,
  type Want,
} from '../terms/index.js'
import { isLiveAt, ledBy, type Parameters, parameters } from './condition.js'
import type { Queryable } from './database.js'
import {
  IDENTITY,
  listRelationship,
  type RelationshipRow,
  toIdentityArrays,
  toRelationship,
} from './record.js'

export interface RowsAsk {
  readonly store: StoreId
  readonly at: Revision
  /** Each once. */
  readonly wants: readonly Want[]
}

/** A row for each want, in their order; that `at` is readable is the caller's proof. */
export async function readRows(
  q: Queryable,
  { store, at, wants }: RowsAsk,
): Promise<readonly Row[]> {
  const { values, bind } = parameters()
  const parts = toParts(wants).map(part =>
    toSelect(part, { store: bind(store), at: bind(at) }, bind),
  )
  const found: Relationship[][] = wants.map(() => [])
  if (parts.length > 0) {
    const rows = await q.query<RelationshipRow & { readonly place: number }>(
      parts.join(' union all '),
      values,
    )
    for (const row of rows) found[row.place].push(toRelationship(row))
  }
  return wants.map((want, place) => {
    const relationships = found[place]
    const isCut = want.kind === 'some' && relationships.length > limits.rowPrefix
    return {
      revision: at,
      relationships: isCut ? relationships.slice(0, limits.rowPrefix) : relationships,
      complete: !isCut,
    }
  })
}

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

interface Ground {
  readonly store: string
  readonly at: string
}

const PLACE = IDENTITY.slice(0, 3)
const SUBJECT = IDENTITY.slice(3)

function toSelect(
  { kind, wants, places }: Part,
  { store, at }: Ground,
  bind: Parameters['bind'],
): string {
  const columns = kind === 'one' ? IDENTITY : kind === 'of' ? SUBJECT : PLACE
  const arrays = [...toArrays(wants, columns.length), places].map(
    (array, i) => `${bind(array)}::${i < columns.length ? 'text' : 'int'}[]`,
  )
  const conditions = [
    `r.store = ${store}`,
    ...columns.map(column => `r.${column} = t.${column}`),
    isLiveAt(at),
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
