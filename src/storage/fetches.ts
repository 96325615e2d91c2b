// The loading of rows for a graph that is not held in memory. One statement answers all fetches of
// a batch as of one revision. It also returns what proves that the revision was readable, and of
// which history it is.
// Each kind of fetch has its index. First subjects and single relationships use the key. Subject
// sets use an index of their own, so that they are found in a userset of a million subjects. The
// relationships that name a subject use the index by subject. Lists come in chunks, each of which
// starts in its index at the right position.

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
  /** The fetches, each once. */
  readonly fetches: readonly Fetch[]
}

interface RowsRead {
  /** One row for each fetch, in their order. */
  readonly rows: readonly RelationshipList[]
  /**
   * The revision of the rows: the one asked for, or the head of a database that has not reached it.
   */
  readonly at: Revision
  /** The fingerprint of that revision. Null when its row is no longer retained. */
  readonly fingerprint: RevisionFingerprint | null
  /** The oldest retained revision. Rows as of an earlier one may be incomplete. */
  readonly oldest: Revision
}

interface ProvenHead extends FingerprintRow {
  readonly at: Revision
  readonly oldest: Revision
}

type FoundRow = RelationshipRow & { readonly place: number }

/**
 * Reads a row for each fetch.
 * @param fetches at least one
 * @throws Refusal `store-not-found` once the store is deleted
 */
export async function readRows(q: Queryable, { store, at, fetches }: RowsAsk): Promise<RowsRead> {
  const { values, bind } = parameters()
  const storeParameter = bind(store)
  const parts = toParts(fetches).map(part => toSelect(part, storeParameter, bind))
  // A store that exists yields at least one row, with nulls when nothing was found.
  const rows = await q.query<ProvenHead & (FoundRow | { readonly place: null })>(
    `select g.at, g.oldest, g.mark_at, g.mark_request_id, v.* from (
       select h.at, h.oldest, ${FINGERPRINT} from (
         select id, oldest, least(head, ${bind(at)}) as at from store
         where id = ${storeParameter} and deleted_at is null
       ) h left join revision p on p.store = h.id and p.revision = h.at
     ) g left join lateral (${parts.join(' union all ')}) v on true`,
    values,
  )
  const [proof] = rows
  if (proof === undefined) throw storeDeleted()
  const found: Relationship[][] = fetches.map(() => [])
  for (const row of rows) if (row.place !== null) found[row.place].push(toRelationship(row))
  return {
    rows: toRows(fetches, found, proof.at),
    at: proof.at,
    fingerprint: fingerprintOf(proof),
    oldest: proof.oldest,
  }
}

const toRows = (
  fetches: readonly Fetch[],
  found: readonly (readonly Relationship[])[],
  revision: Revision,
): readonly RelationshipList[] =>
  fetches.map((fetch, index) => {
    const relationships = found[index]
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

/** The fetches of one kind. */
interface Part {
  readonly kind: FetchKind
  readonly fetches: readonly Fetch[]
  /** The index of each fetch among all. */
  readonly indexes: readonly number[]
}

function toParts(fetches: readonly Fetch[]): readonly Part[] {
  const kinds: readonly FetchKind[] = ['some', 'sets', 'one', 'of']
  return kinds.flatMap(kind => {
    const indexes = fetches.flatMap((fetch, index) => (fetch.kind === kind ? index : []))
    if (indexes.length === 0) return []
    return { kind, fetches: indexes.map(index => fetches[index]), indexes }
  })
}

const USERSET = IDENTITY.slice(0, 3)
const SUBJECT = IDENTITY.slice(3)
/** The columns of the position after which a chunk begins. */
const AFTER = ['after_type', 'after_id', 'after_relation']

function toSelect(
  { kind, fetches, indexes }: Part,
  store: string,
  bind: Parameters['bind'],
): string {
  const fixed = kind === 'one' ? IDENTITY : kind === 'of' ? SUBJECT : USERSET
  const listed = kind === 'one' ? [] : kind === 'of' ? USERSET : SUBJECT
  const texts = [...fixed, ...(kind === 'one' ? [] : AFTER)]
  // One relationship beyond the limit shows whether there are more.
  const counts = [indexes, fetches.map(fetch => limitOf(fetch) + 1)]
  const arrays = [
    ...toArrays(fetches, texts.length).map(array => `${bind(array)}::text[]`),
    ...counts.map(array => `${bind(array)}::int[]`),
  ]
  const conditions = [
    `r.store = ${store}`,
    ...fixed.map(column => `r.${column} = t.${column}`),
    ...(kind === 'one' ? [] : [`(${list('r', listed)}) > (${list('t', AFTER)})`]),
    isLiveAt('g.at'),
    ...(kind === 'sets' ? [ledBy.set] : []),
    ...(kind === 'of' ? [ledBy.subject] : []),
  ]
  const order = kind === 'one' ? '' : ` order by ${list('r', listed)}`
  return `(select t.place, r.* from unnest(${arrays.join(', ')})
      as t(${texts.join(', ')}, place, room)
    cross join lateral (
      select ${listRelationship('r')} from relationship r
      where ${conditions.join(' and ')}${order} limit t.room
    ) r)`
}

const list = (table: string, columns: readonly string[]): string =>
  columns.map(column => `${table}.${column}`).join(', ')

/**
 * Returns the values of the columns that a kind of fetch fixes, and of the position after which it
 * begins, as one array a column.
 */
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
