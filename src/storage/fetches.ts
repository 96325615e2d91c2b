// Rows for who holds no graph: everything that a question was found to need, in one statement, as of
// one revision, and with what proves that the revision could be read and which history it is of. Each
// kind of want has its index: places and single relationships the key, subject sets an index of their
// own, so that they are found in a place of a million subjects, and what names a subject the index by
// subject. Lists come in stretches, each of which begins where its index says.

import {
  type Fetch,
  internStrings,
  type Position,
  type Relationship,
  type RelationshipList,
  type Revision,
  type RevisionFingerprint,
  type StoreId,
} from '../terms/index.js'
import { isLiveAt, ledBy, type Parameters, parameters } from './condition.js'
import type { Queryable } from './database.js'
import { FINGERPRINT, type FingerprintRow, fingerprintOf } from './history.js'
import {
  IDENTITY,
  listRelationship,
  type RelationshipRow,
  toIdentityArrays,
  toRelationship,
} from './record.js'
import { storeDeleted } from './revisions.js'

interface RowsAsk {
  readonly store: StoreId
  readonly at: Revision
  /** Each once. */
  readonly fetches: readonly Fetch[]
}

interface RowsRead {
  /** One for each want, in their order. */
  readonly rows: readonly RelationshipList[]
  /** That they are as of: the one asked, or the head of a database that has not come so far. */
  readonly at: Revision
  /** Of that revision; null when nothing is kept of it. */
  readonly fingerprint: RevisionFingerprint | null
  /** Rows as of a revision before it are not whole. */
  readonly oldest: Revision
}

interface ProvenHead extends FingerprintRow {
  readonly at: Revision
  readonly oldest: Revision
}

type FoundRow = RelationshipRow & { readonly place: number }

/**
 * @param wants at least one
 * @throws Refusal `store-not-found` once the store is deleted
 */
export async function readRows(q: Queryable, { store, at, fetches }: RowsAsk): Promise<RowsRead> {
  const { values, bind } = parameters()
  const place = bind(store)
  const parts = toParts(fetches).map(part => toSelect(part, place, bind))
  // A store that is there has at least one row: of nulls when nothing was found.
  const rows = await q.query<ProvenHead & (FoundRow | { readonly place: null })>(
    `select g.at, g.oldest, g.mark_at, g.mark_request_id, v.* from (
       select h.at, h.oldest, ${FINGERPRINT} from (
         select id, oldest, least(head, ${bind(at)}) as at from store
         where id = ${place} and deleted_at is null
       ) h left join revision p on p.store = h.id and p.revision = h.at
     ) g left join lateral (${parts.join(' union all ')}) v on true`,
    values,
  )
  const [ground] = rows
  if (ground === undefined) throw storeDeleted()
  const found: Relationship[][] = fetches.map(() => [])
  for (const row of rows) if (row.place !== null) found[row.place].push(toRelationship(row))
  return {
    rows: toRows(fetches, found, ground.at),
    at: ground.at,
    fingerprint: fingerprintOf(ground),
    oldest: ground.oldest,
  }
}

const toRows = (
  fetches: readonly Fetch[],
  found: readonly (readonly Relationship[])[],
  revision: Revision,
): readonly RelationshipList[] =>
  fetches.map((fetch, place) => {
    const relationships = found[place]
    const limit = limitOf(fetch)
    const complete = relationships.length <= limit
    return {
      revision,
      relationships: internStrings(complete ? relationships : relationships.slice(0, limit)),
      complete,
    }
  })

const limitOf = (fetch: Fetch): number => (fetch.kind === 'one' ? 1 : fetch.limit)

type FetchKind = Fetch['kind']

interface Part {
  readonly kind: FetchKind
  readonly fetches: readonly Fetch[]
  /** Of each want among all. */
  readonly places: readonly number[]
}

function toParts(fetches: readonly Fetch[]): readonly Part[] {
  const kinds: readonly FetchKind[] = ['some', 'sets', 'one', 'of']
  return kinds.flatMap(kind => {
    const places = fetches.flatMap((fetch, place) => (fetch.kind === kind ? place : []))
    return places.length === 0 ? [] : { kind, fetches: places.map(place => fetches[place]), places }
  })
}

const PLACE = IDENTITY.slice(0, 3)
const SUBJECT = IDENTITY.slice(3)
/** Where a stretch begins. */
const AFTER = ['after_type', 'after_id', 'after_relation']

function toSelect(
  { kind, fetches, places }: Part,
  store: string,
  bind: Parameters['bind'],
): string {
  const fixed = kind === 'one' ? IDENTITY : kind === 'of' ? SUBJECT : PLACE
  const free = kind === 'one' ? [] : kind === 'of' ? PLACE : SUBJECT
  const texts = [...fixed, ...(kind === 'one' ? [] : AFTER)]
  // One more than is wanted tells whether there are more.
  const counts = [places, fetches.map(fetch => limitOf(fetch) + 1)]
  const arrays = [
    ...toArrays(fetches, texts.length).map(array => `${bind(array)}::text[]`),
    ...counts.map(array => `${bind(array)}::int[]`),
  ]
  const conditions = [
    `r.store = ${store}`,
    ...fixed.map(column => `r.${column} = t.${column}`),
    ...(kind === 'one' ? [] : [`(${list('r', free)}) > (${list('t', AFTER)})`]),
    isLiveAt('g.at'),
    ...(kind === 'sets' ? [ledBy.set] : []),
    ...(kind === 'of' ? [ledBy.subject] : []),
  ]
  const order = kind === 'one' ? '' : ` order by ${list('r', free)}`
  return `(select t.place, r.* from unnest(${arrays.join(', ')})
      as t(${texts.join(', ')}, place, room)
    cross join lateral (
      select ${listRelationship('r')} from relationship r
      where ${conditions.join(' and ')}${order} limit t.room
    ) r)`
}

const list = (table: string, columns: readonly string[]): string =>
  columns.map(column => `${table}.${column}`).join(', ')

/** The values of the columns that a kind of want fixes, and of where it begins, one array a column. */
function toArrays(fetches: readonly Fetch[], width: number): readonly string[][] {
  const rows = fetches.map(fetch => {
    if (fetch.kind === 'one') return toIdentityArrays([fetch.identity]).map(([value]) => value)
    const after = fetch.after === null ? ['', '', ''] : toTexts(fetch.after)
    if (fetch.kind === 'of') return [...toTexts(fetch.subject), ...after]
    return [fetch.resource.type, fetch.resource.id, fetch.relation, ...after]
  })
  return Array.from({ length: width }, (_, column) => rows.map(row => row[column]))
}

const toTexts = ({ type, id, relation }: Position): readonly string[] => [type, id, relation]
