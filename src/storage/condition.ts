// Filters as SQL over rows `r` of the relationship table: the comparisons that a filter amounts to,
// which of the two wide indexes leads to its rows, and where a page goes on. Text made here holds
// column names and parameter places only, never a user's words.

import type { RelationshipFilter, RelationshipIdentity } from '../terms/index.js'
import { IDENTITY, type IdentityColumn, OPEN, toIdentityRow } from './record.js'

/** Collects a statement's parameters: `bind(value)` is the place, `$3`, that stands for it. */
export interface Parameters {
  readonly values: readonly unknown[]
  bind(value: unknown): string
}

export function parameters(): Parameters {
  const values: unknown[] = []
  return { values, bind: value => `$${values.push(value)}` }
}

export interface Comparison {
  readonly column: IdentityColumn
  readonly operator: '=' | '>=' | '<'
  readonly value: string
}

/** The comparisons that together say what the filter says. */
export function toComparisons(filter: RelationshipFilter): readonly Comparison[] {
  const { resourceType, resourceId, resourceIdPrefix, relation, subject } = filter
  return [
    ...equal('resource_type', resourceType),
    ...equal('resource_id', resourceId),
    ...within('resource_id', resourceIdPrefix),
    ...equal('relation', relation),
    ...equal('subject_type', subject?.type),
    ...equal('subject_id', subject?.id),
    ...equal('subject_relation', subject?.relation),
  ]
}

const equal = (column: IdentityColumn, value: string | undefined): readonly Comparison[] =>
  value === undefined ? [] : [{ column, operator: '=', value }]

function within(column: IdentityColumn, prefix: string | undefined): readonly Comparison[] {
  if (prefix === undefined || prefix === '') return []
  const from: Comparison = { column, operator: '>=', value: prefix }
  const end = successor(prefix)
  return end === null ? [from] : [from, { column, operator: '<', value: end }]
}

const LAST_CODE_POINT = 0x10ffff
const BEFORE_SURROGATES = 0xd7ff
const AFTER_SURROGATES = 0xe000

/**
 * The least text, by bytes, that is after every text that begins with `prefix`; null when there is
 * none. UTF-8 sorts by code points, so the last one that can grow does.
 */
export function successor(prefix: string): string | null {
  const signs = [...prefix]
  while (signs.length > 0) {
    const last = signs.pop()!.codePointAt(0)!
    if (last === LAST_CODE_POINT) continue
    const next = last === BEFORE_SURROGATES ? AFTER_SURROGATES : last + 1
    return signs.join('') + String.fromCodePoint(next)
  }
  return null
}

/** SQL of comparisons; `operand` gives the place of each one's value. */
export const toCondition = (
  comparisons: readonly Comparison[],
  operand: (comparison: Comparison, index: number) => string,
): readonly string[] =>
  comparisons.map((comparison, index) => {
    const { column, operator } = comparison
    return `r.${column} ${operator} ${operand(comparison, index)}`
  })

export const isOpen = `r.deleted_revision = ${OPEN}`

export const isLiveAt = (revision: string): string =>
  `r.created_revision <= ${revision} and r.deleted_revision > ${revision}`

export const isUnexpired = (now: string): string =>
  `(r.expires_at is null or r.expires_at > ${now})`

/** The key that orders resources first, and the index that orders subjects first. */
export const ORDERS = {
  resource: IDENTITY,
  subject: [...IDENTITY.slice(3), ...IDENTITY.slice(0, 3)],
} as const satisfies Record<string, readonly IdentityColumn[]>

export type Order = keyof typeof ORDERS

/**
 * The order in which more of the filter's columns come first, so that its rows stand together. When
 * both are as good, the subject's: objects with very many subjects are commoner than the reverse.
 */
export function orderFor(filter: RelationshipFilter): Order {
  const fixed = fixedColumns(toComparisons(filter))
  const lead = (order: Order): number => leading(ORDERS[order], fixed)
  return lead('subject') > 0 && lead('subject') >= lead('resource') ? 'subject' : 'resource'
}

const fixedColumns = (comparisons: readonly Comparison[]): ReadonlySet<IdentityColumn> =>
  new Set(comparisons.filter(({ operator }) => operator === '=').map(({ column }) => column))

function leading(columns: readonly IdentityColumn[], fixed: ReadonlySet<IdentityColumn>): number {
  const end = columns.findIndex(column => !fixed.has(column))
  return end === -1 ? columns.length : end
}

/**
 * The filter, and from `after` on, in the order of `columns`, which are consecutive in the index
 * that is read. An index finds its start by the first bound on a column, so what is fixed or is a
 * weaker bound than `after` is left out; `after` is of the same filter and so agrees with it.
 */
export function toPage(
  columns: readonly IdentityColumn[],
  filter: RelationshipFilter,
  after: RelationshipIdentity | null,
  bind: Parameters['bind'],
): readonly string[] {
  const comparisons = toComparisons(filter)
  const operand = ({ value }: Comparison): string => bind(value)
  if (after === null) return toCondition(comparisons, operand)
  const free = columns.slice(leading(columns, fixedColumns(comparisons)))
  if (free.length === 0) return ['false']
  const row = toIdentityRow(after)
  const others = comparisons.filter(c => c.operator !== '>=' || c.column !== free[0])
  const names = free.map(column => `r.${column}`).join(', ')
  const bounds = free.map(column => bind(row[column])).join(', ')
  return [...toCondition(others, operand), `(${names}) > (${bounds})`]
}
