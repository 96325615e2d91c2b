// The search of a store for relationships that a new schema does not allow, as its guards describe
// them. A write of the schema needs one example. A dry run returns some and counts the others, up
// to a limit, as of one fixed revision.

import {
  limits,
  REVISION_NONE,
  type Relationship,
  type Revision,
  type StoreId,
  WILDCARD,
} from '../terms/index.js'
import { notRetained } from './changes.js'
import {
  isLiveAt,
  isOpen,
  isUnexpired,
  ledBy,
  type Parameters,
  parameters,
  pathFor,
  toComparisons,
  toCondition,
} from './condition.js'
import type { Queryable } from './database.js'
import { listRelationship, type RelationshipRow, toRelationship } from './record.js'
import type { SchemaGuard, Traits } from './request.js'
import { readHead } from './revisions.js'

/** The result of a search that found nothing up to a revision. */
export interface Search {
  readonly upTo: Revision
  /** The time by which expired relationships were skipped, ms since 1970. */
  readonly now: number
}

/** Finds a relationship after `upTo` that matches the guard. */
export async function findGuarded(
  q: Queryable,
  store: StoreId,
  guard: SchemaGuard,
  { upTo, now }: Search,
): Promise<Relationship | null> {
  const { values, bind } = parameters()
  // The fence, `offset 0`, keeps the planner from using the filter first, which may lead to many
  // rows that were searched before.
  const source =
    upTo === REVISION_NONE
      ? 'relationship'
      : `(select * from relationship r where r.store = ${bind(store)}
          and r.created_revision > ${bind(upTo)} and ${ledBy.creation} offset 0)`
  const conditions = [`r.store = ${bind(store)}`, isOpen, isUnexpired(bind(now))]
  const rows = await q.query<RelationshipRow>(
    `select ${listRelationship('r')} from ${source} r
     ${toGuarded(guard, conditions, bind)} limit 1`,
    values,
  )
  return rows.length === 0 ? null : toRelationship(rows[0])
}

/** The relationships that match a guard at one revision. */
export interface Survey {
  /** The first matches. */
  readonly samples: readonly Relationship[]
  /** The number of matches, or the limit of counting. */
  readonly count: number
  readonly countIsExact: boolean
}

interface SurveyPosition {
  readonly store: StoreId
  readonly at: Revision
  /** The time by which expired relationships do not count, ms since 1970. */
  readonly now: number
}

/**
 * Surveys the store for each guard.
 * @throws Refusal `revision-unavailable` when `at` is not retained; the signal's reason, between
 *   two guards
 */
export async function surveyGuards(
  q: Queryable,
  position: SurveyPosition,
  guards: readonly SchemaGuard[],
  signal: AbortSignal,
): Promise<ReadonlyMap<SchemaGuard, Survey>> {
  const surveys = new Map<SchemaGuard, Survey>()
  for (const guard of guards) {
    signal.throwIfAborted()
    surveys.set(guard, await surveyGuard(q, position, guard))
  }
  const { oldest } = await readHead(q, position.store)
  if (position.at < oldest) throw notRetained(position.at, oldest)
  return surveys
}

async function surveyGuard(
  q: Queryable,
  { store, at, now }: SurveyPosition,
  guard: SchemaGuard,
): Promise<Survey> {
  const { values, bind } = parameters()
  const conditions = [`r.store = ${bind(store)}`, isLiveAt(bind(at)), isUnexpired(bind(now))]
  const from = `from relationship r ${toGuarded(guard, conditions, bind)}`
  const { guardSamplesMax, guardCountMax } = limits
  const rows = await q.query<RelationshipRow>(
    `select ${listRelationship('r')} ${from} limit ${guardSamplesMax}`,
    values,
  )
  const samples = rows.map(toRelationship)
  if (samples.length < guardSamplesMax) {
    return { samples, count: samples.length, countIsExact: true }
  }
  const [{ count }] = await q.query<{ count: number }>(
    `select count(*) as count from (select ${from} limit ${guardCountMax + 1}) guarded`,
    values,
  )
  return { samples, count: Math.min(count, guardCountMax), countIsExact: count <= guardCountMax }
}

/**
 * Returns the rest of a statement over rows `r`: the conditions, and the order of the index that
 * leads to the rows.
 */
function toGuarded(
  { filter, traits }: SchemaGuard,
  conditions: readonly string[],
  bind: Parameters['bind'],
): string {
  const path = pathFor(filter)
  const all = [
    ...conditions,
    ...path.conditions,
    ...toCondition(toComparisons(filter), ({ value }) => bind(value)),
    ...toTraitConditions(traits, bind),
  ]
  const order = path.columns.map(column => `r.${column}`).join(', ')
  return `where ${all.join(' and ')} order by ${order}`
}

function toTraitConditions(
  { wildcard, caveat, expiration }: Traits,
  bind: Parameters['bind'],
): readonly string[] {
  const conditions: string[] = []
  if (wildcard !== undefined)
    conditions.push(`(r.subject_id = ${bind(WILDCARD)}) = ${bind(wildcard)}`)
  if (caveat !== undefined) conditions.push(`r.caveat_name is not distinct from ${bind(caveat)}`)
  if (expiration !== undefined) conditions.push(`(r.expires_at is not null) = ${bind(expiration)}`)
  return conditions
}
