// What statements look at, as the database explains them.

import type { Database, Queryable, Row } from '../../src/storage/index.js'

/** Runs statements and adds up the rows that they looked at, as the database explains them. */
export function countVisits(database: Database) {
  let visited = 0
  const queryable: Queryable = {
    script: sql => database.script(sql),
    async query<R extends Row>(sql: string, parameters?: readonly unknown[]) {
      const [row] = await database.query<{ 'QUERY PLAN': readonly [{ Plan: Plan }] }>(
        `explain (analyze, format json) ${sql}`,
        parameters,
      )
      visited += rowsOf(row['QUERY PLAN'][0].Plan)
      return database.query<R>(sql, parameters)
    },
  }
  return { queryable, visited: () => visited }
}

interface Plan {
  readonly 'Node Type': string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly 'Rows Removed by Index Recheck'?: number
  readonly Plans?: readonly Plan[]
}

function rowsOf(plan: Plan): number {
  const removed =
    (plan['Rows Removed by Filter'] ?? 0) + (plan['Rows Removed by Index Recheck'] ?? 0)
  const own = plan['Node Type'].includes('Scan') ? plan['Actual Rows'] + removed : 0
  const below = (plan.Plans ?? []).reduce((sum, child) => sum + rowsOf(child), 0)
  return own * plan['Actual Loops'] + below
}
