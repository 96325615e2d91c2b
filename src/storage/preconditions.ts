// The preconditions of a batch. A relationship that matches a filter is either pending in the
// batch, or stored and not touched by the batch. The pending ones change from request to request,
// the others do not, so the others are looked up once for the whole batch. The database is asked
// for one match more than there were pending matches at the beginning; if it finds that many, one
// of them is not pending. Filters of one shape share a statement.

import {
  filterFields,
  type Precondition,
  printFilter,
  Refusal,
  type RefusalMetadata,
  type RelationshipFilter,
  type StoreId,
} from '../terms/index.js'
import {
  type Comparison,
  isOpen,
  isUnexpired,
  pathFor,
  toComparisons,
  toCondition,
} from './condition.js'
import type { Queryable } from './database.js'
import type { PendingVersions } from './pendingVersions.js'

interface Preconditions {
  /**
   * Verifies preconditions as of the pending relationships at this moment.
   * @throws Refusal `precondition-failed` for the first that does not hold
   */
  require(preconditions: readonly Precondition[]): void
}

interface PreconditionFacts {
  readonly store: StoreId
  /** The pending relationships, before the first request. */
  readonly pending: PendingVersions
  /** The current time, ms since 1970. Expired relationships match nothing. */
  readonly now: number
}

/** Looks up all preconditions of the batch, while the head is locked. */
export async function readPreconditions(
  transaction: Queryable,
  { store, pending, now }: PreconditionFacts,
  preconditions: readonly Precondition[],
): Promise<Preconditions> {
  const metByStored = new Set<string>()
  await Promise.all(
    Array.from(groupByShape(preconditions), async filters => {
      const known = filters.map(filter => pending.count(filter, now))
      const met = await readMet(transaction, { store, now, filters, known })
      for (const index of met) metByStored.add(toKey(filters[index]))
    }),
  )
  const isMet = (filter: RelationshipFilter): boolean =>
    metByStored.has(toKey(filter)) || pending.count(filter, now) > 0
  return {
    require(preconditions) {
      const failed = preconditions.find(
        ({ kind, filter }) => isMet(filter) !== (kind === 'must-match'),
      )
      if (failed !== undefined) throw toRefusal(failed)
    },
  }
}

/** Groups the distinct filters by shape. Filters of one shape compare the same columns. */
function groupByShape(
  preconditions: readonly Precondition[],
): Iterable<readonly RelationshipFilter[]> {
  const distinct = new Map(preconditions.map(({ filter }) => [toKey(filter), filter]))
  const groups = new Map<string, RelationshipFilter[]>()
  for (const filter of distinct.values()) {
    const shape = toComparisons(filter)
      .map(({ column, operator }) => column + operator)
      .join()
    const group = groups.get(shape)
    if (group === undefined) groups.set(shape, [filter])
    else group.push(filter)
  }
  return groups.values()
}

const toKey = (filter: RelationshipFilter): string =>
  JSON.stringify(toComparisons(filter).map(Object.values))

interface Group {
  readonly store: StoreId
  readonly now: number
  /** The filters, all of one shape. */
  readonly filters: readonly RelationshipFilter[]
  /** The number of pending matches of each filter. */
  readonly known: readonly number[]
}

/** Returns the indexes of the filters that match more stored relationships than are pending. */
async function readMet(
  transaction: Queryable,
  { store, now, filters, known }: Group,
): Promise<readonly number[]> {
  const table = filters.map(toComparisons)
  const shape: readonly Comparison[] = table[0]
  const columns = shape.map((_, index) => `c${index}`)
  const arrays = columns.map((_, index) => `$${index + 4}::text[]`)
  const path = pathFor(filters[0])
  const conditions = ['r.store = $1', isOpen, isUnexpired('$2'), ...path.conditions]
  conditions.push(...toCondition(shape, (_, index) => `f.${columns[index]}`))
  const order = path.columns.map(column => `r.${column}`).join(', ')
  const rows = await transaction.query<{ place: number }>(
    `select f.place from unnest(${['$3::bigint[]', ...arrays].join(', ')})
       with ordinality as f(${['known', ...columns, 'place'].join(', ')})
     where f.known < (select count(*) from (
       select from relationship r where ${conditions.join(' and ')}
       order by ${order} limit f.known + 1) matching)`,
    [store, now, known, ...shape.map((_, index) => table.map(row => row[index].value))],
  )
  return rows.map(({ place }) => place - 1)
}

function toRefusal({ kind, filter }: Precondition): Refusal {
  const must = kind === 'must-match'
  return new Refusal(
    'precondition-failed',
    `unable to satisfy write precondition: ${must ? 'no' : 'a'} relationship matches ` +
      `\`${printFilter(filter)}\``,
    {
      precondition_operation: kind,
      ...toMetadata('precondition', filter),
    },
  )
}

/** The filter's fields as metadata of a refusal, each name with the prefix. */
export const toMetadata = (prefix: string, filter: RelationshipFilter): RefusalMetadata =>
  Object.fromEntries(filterFields(filter).map(([name, value]) => [`${prefix}_${name}`, value]))
