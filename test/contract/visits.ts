// The number of rows and blocks that statements visit, according to the database's own plans: rows
// that a scan returned or filtered out, and blocks, which also count what an index skipped.

import type { DatabaseRow } from '../../src/storage/database.js'
import type { Database, Queryable } from '../../src/storage/index.js'

/** Runs statements and adds up the rows, and the blocks of 8 kB, that they looked at. */
export function countVisits(database: Database) {
  let visited = 0
  let blocks = 0
  const queryable: Queryable = {
    script: sql => database.script(sql),
    async query<R extends DatabaseRow>(sql: string, parameters?: readonly unknown[]) {
      const [row] = await database.query<{ 'QUERY PLAN': readonly [{ Plan: Plan }] }>(
        `explain (analyze, buffers, format json) ${sql}`,
        parameters,
      )
      const [{ Plan: plan }] = row['QUERY PLAN']
      visited += rowsOf(plan)
      blocks += plan['Shared Hit Blocks'] + plan['Shared Read Blocks']
      return database.query<R>(sql, parameters)
    },
  }
  return { queryable, visited: () => visited, blocks: () => blocks }
}

interface Plan {
  readonly 'Node Type': string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly 'Rows Removed by Index Recheck'?: number
  readonly 'Shared Hit Blocks': number
  readonly 'Shared Read Blocks': number
  readonly Plans?: readonly Plan[]
}

function rowsOf(plan: Plan): number {
  const removed =
    (plan['Rows Removed by Filter'] ?? 0) + (plan['Rows Removed by Index Recheck'] ?? 0)
  const own = plan['Node Type'].includes('Scan') ? plan['Actual Rows'] + removed : 0
  const below = (plan.Plans ?? []).reduce((sum, child) => sum + rowsOf(child), 0)
  return own * plan['Actual Loops'] + below
}
