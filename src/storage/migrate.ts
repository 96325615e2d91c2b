// The migration of a database to this version's tables: numbered steps, forward only. Each runs in
// a transaction of its own, which also records it. Several nodes may start at once: each step takes
// one lock and checks behind it whether the step was applied already.

import { Refusal } from '../terms/index.js'
import type { Database, Queryable } from './database.js'

/** One step. */
export interface Migration {
  /** The number of the step: from 1, ascending, never reused. A released step is never changed. */
  readonly number: number
  readonly name: string
  /** The statements, without parameters. All of them take effect, or none. */
  readonly sql: string
}

/**
 * The number of the advisory lock: the letters `pemba`, which other applications on the server are
 * unlikely to use.
 */
const LOCK = 0x70656d6261

const TABLE = `create table if not exists pemba_migration (
  number integer primary key,
  name text not null,
  applied_at timestamptz not null default now()
)`

/**
 * Applies those of `migrations` that the database does not have yet, in order.
 * @throws Refusal `storage-unavailable` when a newer version of the program has migrated the
 *   database
 */
export async function migrate(database: Database, migrations: readonly Migration[]): Promise<void> {
  const newest = migrations.at(-1)?.number ?? 0
  for (const migration of migrations) {
    await database.transaction(async transaction => {
      const applied = await lockAndReadApplied(transaction)
      refuseNewer(applied, newest)
      if (applied >= migration.number) return
      await transaction.script(migration.sql)
      await transaction.query('insert into pemba_migration (number, name) values ($1, $2)', [
        migration.number,
        migration.name,
      ])
    })
  }
}

/**
 * Takes the lock until the end of the transaction, and returns the number of the last migration
 * that was applied.
 */
async function lockAndReadApplied(transaction: Queryable): Promise<number> {
  await transaction.query(`select pg_advisory_xact_lock(${LOCK})`)
  await transaction.script(TABLE)
  const [row] = await transaction.query<{ last: number }>(
    'select coalesce(max(number), 0) as last from pemba_migration',
  )
  return row.last
}

function refuseNewer(applied: number, known: number): void {
  if (applied <= known) return
  throw new Refusal(
    'storage-unavailable',
    `the database is at migration ${applied}, but this version knows only ${known}: ` +
      'run the version that migrated it, or a later one',
  )
}
