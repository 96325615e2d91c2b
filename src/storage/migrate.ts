// Bringing a database up to this version's tables: numbered steps, forward only, each in its own
// transaction together with the note that it was done. Several nodes may start at once: each step
// is taken under one lock and looked up again behind it, so that whoever comes second finds it done.

import { Refusal } from '../terms/index.js'
import type { Database, Queryable } from './database.js'

export interface Migration {
  /** From 1, ascending; never reused, and never changed once released. */
  readonly number: number
  readonly name: string
  /** Statements without parameters; all or none of them take effect. */
  readonly sql: string
}

/** Any number that others on the same server are unlikely to lock: the letters `pemba`. */
const LOCK = 0x70656d6261

const TABLE = `create table if not exists pemba_migration (
  number integer primary key,
  name text not null,
  applied_at timestamptz not null default now()
)`

/**
 * Applies those of `migrations` that the database does not have yet, in order.
 * @throws Refusal `storage-unavailable` when a newer version of the program has been here
 */
export async function migrate(database: Database, migrations: readonly Migration[]): Promise<void> {
  const newest = migrations.at(-1)?.number ?? 0
  for (const migration of migrations) {
    await database.transaction(async transaction => {
      const applied = await lockAndLook(transaction)
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

/** The number of the last migration that was applied, with the lock held to the transaction's end. */
async function lockAndLook(transaction: Queryable): Promise<number> {
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
