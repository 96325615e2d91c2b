// The files of an embedded datastore are accessible to their owner only, whatever the umask. Those
// that an older version left accessible to others are made private.

import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { openDatabase } from '../../src/storage/index.js'

const OTHERS = 0o077

function folderFor(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'pemba-files-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The paths at and below one to which the group or others have any access. */
function openPaths(path: string): readonly string[] {
  const found = lstatSync(path)
  const inside = found.isDirectory() ? readdirSync(path).map(name => join(path, name)) : []
  const own = (found.mode & OTHERS) === 0 ? [] : [`${path} ${(found.mode & 0o777).toString(8)}`]
  return [...own, ...inside.flatMap(openPaths)]
}

function openUp(path: string): void {
  const isFolder = lstatSync(path).isDirectory()
  chmodSync(path, isFolder ? 0o755 : 0o666)
  if (isFolder) for (const name of readdirSync(path)) openUp(join(path, name))
}

/** Does everything that creates files: tables, much log, checkpoints, vacuum, a table rewrite. */
const WORK = [
  'create table if not exists much (words text)',
  `insert into much select repeat('x', 1500) from generate_series(1, 10000)`,
  'checkpoint',
  'delete from much',
  'vacuum full much',
  'create index on much (words)',
  'alter system set work_mem to default',
  'select pg_switch_wal()',
  'checkpoint',
]

const before = process.umask(0)
t.teardown(() => process.umask(before))

for (const umask of [0, 0o277]) {
  t.test(`under the umask 0${umask.toString(8)} nothing is open to others`, async t => {
    const folder = join(folderFor(t), 'made', 'here')
    process.umask(umask)
    const notices: string[] = []
    if (umask === 0o277) mkdirSync(join(folder, '..'), { mode: 0o700 })
    if (umask === 0o277) chmodSync(join(folder, '..'), 0o700)
    try {
      const database = await openDatabase(`embedded:${folder}`, text => notices.push(text))
      t.strictSame(openPaths(folder), [], 'at first')
      for (const sql of WORK) await database.script(sql)
      t.strictSame(openPaths(folder), [], 'while it runs')
      await database.close()
    } finally {
      process.umask(0)
    }
    t.strictSame(openPaths(folder), [], 'afterwards')
    t.ok(readdirSync(join(folder, 'pg')).length > 10)
    t.strictSame(notices, [])
  })
}

t.test('a folder that others could access is made private, which is logged once', async t => {
  const folder = folderFor(t)
  const location = `embedded:${folder}`
  const first = await openDatabase(location)
  await first.script('create table kept (n int); insert into kept values (1)')
  await first.close()
  openUp(folder)
  writeFileSync(join(folder, 'of somebody else'), '', { mode: 0o644 })
  const notices: string[] = []
  const second = await openDatabase(location, text => notices.push(text))
  t.strictSame(openPaths(folder), [`${join(folder, 'of somebody else')} 644`], 'ours only')
  t.match(notices, [/was open to other users \(0755\)/, /\d+ files below .* were open/])
  t.strictSame(await second.query('select n from kept'), [{ n: 1 }])
  await second.close()
  const third = await openDatabase(location, text => notices.push(text))
  t.equal(notices.length, 2)
  await third.close()
})

t.test('a place that many share is refused, and stays as it is', async t => {
  const folder = folderFor(t)
  chmodSync(folder, 0o1777)
  await t.rejects(openDatabase(`embedded:${folder}`), {
    code: 'storage-unavailable',
    message: /is a place that many share/,
    publicMessage: 'the database is not available: its folder cannot be used',
  })
  t.equal(lstatSync(folder).mode & 0o7777, 0o1777)
})

t.test('a parent folder to which others may write is reported', async t => {
  const parent = folderFor(t)
  chmodSync(parent, 0o777)
  const notices: string[] = []
  const database = await openDatabase(`embedded:${join(parent, 'data')}`, text =>
    notices.push(text),
  )
  await database.close()
  t.match(notices, [/other users can write to the folder that/])
})
