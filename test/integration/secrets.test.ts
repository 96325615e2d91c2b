// The secrets of a datastore: the first node makes them once, in a database of any version.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { type Database, openDatabase, openStorage, readRowSecret } from '../../src/storage/index.js'
import { migrate } from '../../src/storage/migrate.js'
import { migrations } from '../../src/storage/migrations/index.js'
import { provisionPostgres } from '../provision.js'

const SECRET_BYTES = 32
const NODES = 4
/** The last migration before there were secrets. */
const BEFORE = 4

const read = async (database: Database): Promise<string> =>
  (await readRowSecret(database)).export().toString('hex')

/** @param known migrations that an older version has applied */
async function secretOf(t: Test, location: string, known: number): Promise<string> {
  const database = await openDatabase(location)
  const others: Database[] = []
  while (database.concurrent && others.length < NODES) others.push(await openDatabase(location))
  t.teardown(async () => {
    for (const each of [database, ...others]) await each.close()
  })
  await migrate(database, migrations.slice(0, known))
  await Promise.all([database, ...others].map(openStorage))
  const [secret, ...same] = await Promise.all([database, ...others].map(read))
  for (const each of same) t.equal(each, secret, 'nodes that start at once agree')
  await openStorage(database)
  t.equal(await read(database), secret, 'and who comes later has the same')
  t.equal(Buffer.from(secret, 'hex').length, SECRET_BYTES)
  return secret
}

t.test('on PGlite', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'pemba-secrets-'))
  const [a, b] = ['a', 'b'].map(name => `embedded:${join(folder, name)}`)
  t.teardown(() => rmSync(folder, { recursive: true }))
  t.not(await secretOf(t, a, 0), await secretOf(t, b, BEFORE), 'each datastore has its own')
})

t.test('on PostgreSQL', async t => {
  const postgres = await provisionPostgres()
  const [a, b] = [await postgres.freshDatabase(), await postgres.freshDatabase()]
  t.teardown(() => postgres.stop())
  t.not(await secretOf(t, a, 0), await secretOf(t, b, BEFORE), 'each datastore has its own')
})
