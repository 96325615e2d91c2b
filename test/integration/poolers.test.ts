// PgBouncer in front of the datastore. One that gives each transaction another connection is
// refused at the start. One that gives each client a connection is accepted, as is PostgreSQL
// itself.

import { chmodSync, existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import t, { type Test } from 'tap'
import { openDatabase } from '../../src/storage/index.js'
import { Daemon } from '../cluster/daemon.js'
import { answersSql, freePort, provisionPostgres } from '../provision.js'

const PROGRAM = '/usr/sbin/pgbouncer'
const MISSING = existsSync(PROGRAM) ? false : 'PgBouncer is not installed'

const postgres = await provisionPostgres()
t.teardown(() => postgres.stop())

/** The datastore through a PgBouncer. */
async function through(t: Test, mode: string, more: readonly string[] = []): Promise<string> {
  const direct = new URL(await postgres.freshDatabase())
  const folder = mkdtempSync(join(tmpdir(), 'pemba-pooler-'))
  const port = await freePort()
  const { hostname, port: target, username, password } = direct
  const user = decodeURIComponent(username || 'postgres')
  const secret = password === '' ? '' : ` password=${decodeURIComponent(password)}`
  writeFileSync(
    join(folder, 'ini'),
    [
      '[databases]',
      `* = host=${hostname} port=${target || 5432} user=${user}${secret}`,
      '[pgbouncer]',
      `listen_port = ${port}`,
      'listen_addr = 127.0.0.1',
      'unix_socket_dir =',
      'auth_type = any',
      `pool_mode = ${mode}`,
      ...more,
    ].join('\n'),
    { mode: 0o644 },
  )
  const url = new URL(direct)
  url.host = `127.0.0.1:${port}`
  // PgBouncer does not run as root.
  const asNobody =
    process.getuid?.() === 0 ? ['setpriv', '--reuid', 'nobody', '--clear-groups'] : []
  const daemon = new Daemon({
    command: [...asNobody, PROGRAM, join(folder, 'ini')],
    folder,
    ready: () => answersSql(url.href),
  })
  chmodSync(folder, 0o755)
  await daemon.start()
  t.teardown(() => daemon.remove())
  return url.href
}

for (const mode of ['transaction', 'statement']) {
  for (const more of [[], ['default_pool_size = 1'], ['server_round_robin = 1']]) {
    t.test(`one of mode ${mode}, ${more.join() || 'as it comes'}`, { skip: MISSING }, async t => {
      const url = await through(t, mode, more)
      // Some server connections are idle, as with other clients.
      const others = Array.from({ length: 5 }, () => new pg.Client(url))
      for (const each of others) each.on('error', () => {})
      await Promise.all(others.map(each => each.connect()))
      await Promise.all(others.map(each => each.query('select pg_sleep(0.05)')))
      await t.rejects(openDatabase(url), {
        code: 'invalid-argument',
        message: /pool_mode = session/,
      })
      await Promise.all(others.map(each => each.end()))
    })
  }
}

t.test('one of mode session, and none', { skip: MISSING }, async t => {
  for (const url of [await through(t, 'session'), await postgres.freshDatabase()]) {
    for (let times = 0; times < 5; times++) {
      const database = await openDatabase(url)
      t.strictSame(await database.query('select 1 as n'), [{ n: 1 }])
      await database.close()
    }
  }
})
