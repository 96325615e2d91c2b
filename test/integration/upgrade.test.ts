// Data of older versions: relationships that were written before there was a count are counted
// once.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { type Database, openDatabase, openStorage } from '../../src/storage/index.js'
import { migrate } from '../../src/storage/migrate.js'
import { migrations } from '../../src/storage/migrations/index.js'
import { OPEN } from '../../src/storage/record.js'
import { provisionPostgres } from '../provision.js'

const folder = mkdtempSync(join(tmpdir(), 'pemba-upgrade-'))
const postgres = await provisionPostgres()
t.teardown(async () => {
  rmSync(folder, { recursive: true })
  await postgres.stop()
})

const UNCOUNTED = migrations.filter(({ number }) => number < 6)

async function fill(database: Database, store: string, open: number, closed: number) {
  const insert = `insert into relationship (store, resource_type, resource_id, relation,
    subject_type, subject_id, subject_relation, created_revision, deleted_revision)
    select $1, 'doc', n::text, 'viewer', 'user', $3, '', 1, $4
    from generate_series(1, $2::int) as n`
  await database.query(insert, [store, open, 'open', OPEN])
  await database.query(insert, [store, closed, 'closed', 5])
}

async function counted(database: Database): Promise<void> {
  await migrate(database, UNCOUNTED)
  await database.query("insert into store (id, name) values ('s1', 'one'), ('s2', 'empty')")
  await fill(database, 'default', 7, 3)
  await fill(database, 's1', 2, 1)
  await openStorage(database)
  const stores = await database.query(
    'select name, relationships, relationships_max as quota from store order by name',
  )
  t.strictSame(stores, [
    { name: 'default', relationships: 7, quota: null },
    { name: 'empty', relationships: 0, quota: null },
    { name: 'one', relationships: 2, quota: null },
  ])
  await database.close()
}

t.test('PostgreSQL', async () => counted(await openDatabase(await postgres.freshDatabase())))
t.test('PGlite', async () => counted(await openDatabase(`embedded:${folder}`)))
