// The properties of the PostgreSQL driver: it survives broken connections.

import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { openDatabase } from '../../src/storage/index.js'
import { Ear } from '../contract/database.js'
import { provisionPostgres } from '../provision.js'

const postgres = await provisionPostgres()
const url = await postgres.freshDatabase()
t.teardown(() => postgres.stop())

const UNAVAILABLE = { name: 'Refusal', code: 'storage-unavailable' }

/** Ends every other connection to this database, as a restart of the server would. */
const BREAK = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid()`

t.test('a database whose connections broke works again', async t => {
  const database = await openDatabase(url)
  const breaker = await openDatabase(url)
  t.teardown(() => Promise.all([database.close(), breaker.close()]))
  const reads = () => Promise.all(Array.from({ length: 30 }, () => database.query('select 1 as n')))
  const ear = new Ear()
  await database.listen('channel', ear.heard)
  await ear.until(1)
  await reads()

  await t.test('work that was running is refused', async t => {
    const refused = t.rejects(database.query('select pg_sleep(60)'), UNAVAILABLE)
    const writing = database.transaction(async transaction => {
      await transaction.query('create table half_done ()')
      await breaker.query(BREAK)
      await transaction.query('select 1')
    })
    await t.rejects(writing, UNAVAILABLE)
    await refused
  })

  await t.test('the next uses connect again, and nothing was half done', async t => {
    // The driver notices a broken connection after a moment.
    while (!(await reads().catch(() => null))) await setImmediate()
    const found = await database.query(`select to_regclass('half_done')::text as name`)
    t.strictSame(found, [{ name: null }])
    t.equal(await database.transaction(async () => 'done'), 'done')
  })

  await t.test('the listener was called again, and hears', async t => {
    await ear.until(2)
    await database.query('notify channel')
    await ear.until(3)
    t.pass('it was called three times')
  })
})

t.test('closing lets running work finish', async t => {
  const database = await openDatabase(url)
  const reading = database.query('select 1 as n, pg_sleep(0.05)::text')
  const writing = database.transaction(transaction => transaction.query('select 2 as n'))
  await database.close()
  t.match(await reading, [{ n: 1 }])
  t.strictSame(await writing, [{ n: 2 }])
})

t.test('a database that cannot be opened is refused, without its password', async t => {
  const refuses = async (location: string, code: string, message: RegExp) => {
    const error = await openDatabase(location).then(
      () => null,
      error => error,
    )
    t.match(error, { name: 'Refusal', code, message }, `${code} ${message}`)
    t.notMatch(error.message, 'secret')
  }
  const missing = new URL(postgres.url('nowhere'))
  missing.password = 'secret'
  await refuses(missing.href, 'storage-unavailable', /"nowhere" does not exist/)
  await refuses('postgres://me:secret@127.0.0.1:1/db', 'storage-unavailable', /ECONNREFUSED/)
  await refuses('postgres://me:secret@[/db', 'invalid-argument', /expected `postgres:/)
  await refuses(
    'mysql://me:secret@host/db',
    'invalid-argument',
    /kind `mysql:`: expected `embedded/,
  )
  await refuses('me:secret@host', 'invalid-argument', /expected `embedded:/)
  await refuses('embedded:', 'invalid-argument', /expected `embedded:/)
})
