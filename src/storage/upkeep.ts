// The work that a PostgreSQL server leaves to background processes, which an embedded one lacks:
// bounding the log (without checkpoints it grows for ever, and so does recovery), removing dead
// rows, and updating the planner's statistics. Other statements wait meanwhile: half a second for a
// million rows of which a quarter changed.

import type { Queryable } from './database.js'

/** The maximum log since the last checkpoint. Replaying this much takes about a second. */
const LOG_BYTES_MAX = 64 * 1024 * 1024

/**
 * SQL for the tables that are due for a vacuum. As with autovacuum, a table is due when a share of
 * its rows has changed.
 */
const DUE = `
  select quote_ident(schemaname) || '.' || quote_ident(relname) as name
  from pg_stat_user_tables
  where n_dead_tup > 1000 + n_live_tup * 0.2 or n_mod_since_analyze > 1000 + n_live_tup * 0.1`

const LOG_BYTES = `
  select (pg_current_wal_lsn() - redo_lsn)::bigint as bytes from pg_control_checkpoint()`

/** Does the work that is due. When there is none it costs three small reads. */
export async function upkeep(database: Queryable): Promise<void> {
  // Without this, the counts are reported with a delay.
  await database.query('select pg_stat_force_next_flush()')
  for (const { name } of await database.query<{ name: string }>(DUE)) {
    await database.query(`vacuum (analyze) ${name}`)
  }
  const [log] = await database.query<{ bytes: number }>(LOG_BYTES)
  if (log.bytes > LOG_BYTES_MAX) await database.query('checkpoint')
}
