// Counters: named filters, and the number of relationships that match one of them.

import { Refusal, type RelationshipFilter, type Revision, type StoreId } from '../terms/index.js'
import type { Queryable } from './database.js'
import { countMatching } from './reads.js'

/**
 * Stores a filter under a name.
 * @throws Refusal `counter-registered`
 */
export async function registerCounter(
  q: Queryable,
  store: StoreId,
  name: string,
  filter: RelationshipFilter,
): Promise<void> {
  const rows = await q.query(
    `insert into counter (store, name, filter) values ($1, $2, $3)
     on conflict do nothing returning 1`,
    [store, name, JSON.stringify(filter)],
  )
  if (rows.length > 0) return
  throw new Refusal('counter-registered', `counter \`${name}\` is registered already`, {
    counter_name: name,
  })
}

/**
 * Removes a counter.
 * @throws Refusal `counter-unknown`
 */
export async function unregisterCounter(q: Queryable, store: StoreId, name: string): Promise<void> {
  const rows = await q.query('delete from counter where store = $1 and name = $2 returning 1', [
    store,
    name,
  ])
  if (rows.length === 0) throw unknown(name)
}

/**
 * Counts the matches of the counter as of the revision and the time.
 * @throws Refusal `counter-unknown`
 */
export async function readCounter(
  q: Queryable,
  { store, at, now }: { readonly store: StoreId; readonly at: Revision; readonly now: number },
  name: string,
): Promise<number> {
  const [row] = await q.query<{ filter: string }>(
    'select filter from counter where store = $1 and name = $2',
    [store, name],
  )
  if (row === undefined) throw unknown(name)
  const filter = JSON.parse(row.filter) as RelationshipFilter
  return countMatching(q, { store, filter, at, now })
}

const unknown = (name: string): Refusal =>
  new Refusal('counter-unknown', `counter \`${name}\` is not registered`, { counter_name: name })
