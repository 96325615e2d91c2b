// The properties of the embedded driver: commits reach the disk, one process holds the folder, a
// failed start or a dead thread leaves nothing broken, and the log does not grow for ever.

import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { lockFolder } from '../../src/storage/folderLock.js'
import { openDatabase } from '../../src/storage/index.js'
import { upkeep } from '../../src/storage/upkeep.js'
import { Ear } from '../contract/database.js'

const UNAVAILABLE = { name: 'Refusal', code: 'storage-unavailable' }

const LOG_BYTES = `
  select (pg_current_wal_lsn() - redo_lsn)::bigint as bytes from pg_control_checkpoint()`
const MUCH = `
  create table much (words text);
  insert into much select repeat('x', 1500) from generate_series(1, 60000)`

const folder = mkdtempSync(join(tmpdir(), 'pemba-pglite-'))
const script = (name: string): string => join(import.meta.dirname, '..', `${name}.js`)
t.teardown(() => rmSync(folder, { recursive: true }))

t.test('a start that was killed half-way is begun anew', async t => {
  mkdirSync(join(folder, 'pg.new'))
  writeFileSync(join(folder, 'pg.new', 'PG_VERSION'), '18')
  const database = await openDatabase(`embedded:${folder}`)
  t.strictSame(await database.query('select 1 as n'), [{ n: 1 }])
  await database.close()
})

t.test('each commit is synced once before it is acknowledged, and a read is not', async t => {
  const output = execFileSync(
    process.execPath,
    ['--import', script('syncCounter'), script('syncedCommits'), folder],
    { encoding: 'utf8', env: { ...process.env, PEMBA_TEST_SYNCS: join(folder, 'syncs') } },
  )
  const ten = (count: number) => Array.from({ length: 10 }, () => count)
  t.strictSame(JSON.parse(output), { inserts: ten(1), transactions: ten(1), reads: ten(0) })
})

t.test('a folder is held by one process, and free when that is killed', async t => {
  const holder = await startHolder([process.execPath])
  await t.rejects(openDatabase(`embedded:${folder}`), {
    ...UNAVAILABLE,
    message: `the database is not available: the folder \`${folder}\` is in use by another process`,
  })
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  const free = await lockFolder(folder)
  await t.rejects(lockFolder(folder), UNAVAILABLE)
  await free()
})

t.test('a holder in another network namespace counts too', async t => {
  const unshare = ['unshare', '--net', '--map-root-user']
  const [command, ...args] = [...unshare, 'true']
  if (spawnSync(command, args).status !== 0) {
    t.comment('this machine grants no namespaces')
    return
  }
  const holder = await startHolder([...unshare, process.execPath])
  await t.rejects(lockFolder(folder), UNAVAILABLE)
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  const free = await lockFolder(folder)
  await free()
})

/** A process that holds the folder's lock. */
async function startHolder(node: readonly string[]) {
  const lock = new URL('../../src/storage/folderLock.js', import.meta.url)
  const code = `import { lockFolder } from '${lock}'
    await lockFolder('${folder}')
    setInterval(() => {}, 1000)
    console.log('held')`
  const [command, ...args] = [...node, '--input-type=module', '--eval', code]
  const holder = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(holder.stdout, 'data')
  return holder
}

t.test('an open database', async t => {
  const database = await openDatabase(`embedded:${folder}`)
  t.teardown(() => database.close())
  const ear = new Ear()
  await database.listen('channel', ear.heard)

  await t.test('outlives a panic of PostgreSQL with all that was committed', async t => {
    await database.script('create table kept (n int); insert into kept values (1)')
    const control = join(folder, 'pg', 'global', 'pg_control')
    renameSync(control, `${control}.away`)
    await t.rejects(database.query('checkpoint'), UNAVAILABLE)
    await t.rejects(database.query('select n from kept'), UNAVAILABLE)
    renameSync(`${control}.away`, control)
    // While starting fails, the attempts are spaced out.
    const read = () => database.query('select n from kept').catch(() => null)
    let rows = await read()
    for (; rows === null; rows = await read()) await pause(50)
    t.strictSame(rows, [{ n: 1 }])
    await ear.until(2)
    await database.query('notify channel')
    await ear.until(3)
  })

  await t.test('bounds its log and keeps statistics', async t => {
    const log = async () => {
      const [row] = await database.query<{ bytes: number }>(LOG_BYTES)
      return row.bytes
    }
    await database.script(MUCH)
    t.ok((await log()) > 64e6, 'much was written')
    await upkeep(database)
    t.ok((await log()) < 1e6, 'a checkpoint was made')
    const [{ rows }] = await database.query<{ rows: number }>(
      `select reltuples::bigint as rows from pg_class where relname = 'much'`,
    )
    t.equal(rows, 60_000)
  })
})
