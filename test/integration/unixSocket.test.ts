// Serving on a Unix socket: a stale socket is replaced, a live one or another kind of file is not,
// and only users that its mode allows can connect.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { connect } from '../../src/client/index.js'
import { readConfig } from '../../src/config.js'
import { listenAt } from '../../src/process/index.js'
import { freshDatastore, TEST_KEY } from '../service.js'

const MAIN = join(import.meta.dirname, '../../src/main.js')

interface Run {
  readonly child: ChildProcess
  readonly said: () => string
}

function run(folder: string, datastore: string, more: readonly string[] = []): Run {
  const args = ['serve', '--http-addr', `unix:${join(folder, 's')}`, '--datastore', datastore]
  const child = spawn(process.execPath, [MAIN, ...args, ...more], { env: { PEMBA_KEYS: TEST_KEY } })
  let output = ''
  child.stderr.on('data', chunk => {
    output += chunk
  })
  return { child, said: () => output }
}

async function serving({ child, said }: Run): Promise<void> {
  while (!said().includes('"serving"')) {
    if (child.exitCode !== null) throw new Error(said())
    await once(child.stderr as NonNullable<ChildProcess['stderr']>, 'data')
  }
}

function folderFor(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'pemba-socket-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const modeOf = (path: string): number => lstatSync(path).mode & 0o777

t.test('a socket that a killed process has left is replaced, one that is alive is not', async t => {
  const folder = folderFor(t)
  const path = join(folder, 's')
  const [a, b] = [await freshDatastore('embedded'), await freshDatastore('embedded')]
  t.teardown(() => Promise.all([a.remove(), b.remove()]))
  const first = run(folder, a.datastore)
  await serving(first)
  t.equal(modeOf(path), 0o600)
  first.child.kill('SIGKILL')
  await once(first.child, 'exit')
  t.ok(lstatSync(path).isSocket(), 'it is still there')
  const second = run(folder, a.datastore, ['--http-socket-mode', '0660'])
  await serving(second)
  t.equal(modeOf(path), 0o660)
  const client = connect({ url: `unix:${path}`, key: TEST_KEY })
  await client.writeSchema({ text: 'definition user {}' })
  const third = run(folder, b.datastore)
  await once(third.child, 'exit')
  t.equal(third.child.exitCode, 2)
  t.match(third.said(), 'another process serves at it')
  t.equal((await client.readSchema()).text, 'definition user {}', 'the one that is alive goes on')
  await client.close()
  second.child.kill('SIGTERM')
  await once(second.child, 'exit')
  t.strictSame(readdirSync(folder), [], 'nothing is left')
})

t.test('a file that is not a socket is never removed', async t => {
  const folder = folderFor(t)
  const listen = () => Promise.reject(new Error('it is not listened to'))
  writeFileSync(join(folder, 'file'), 'kept')
  mkdirSync(join(folder, 'folder'))
  symlinkSync(join(folder, 'nowhere'), join(folder, 'link'))
  for (const name of ['file', 'folder', 'link']) {
    const error = { name: 'ConfigError', message: /something that is no socket/ }
    await t.rejects(listenAt(join(folder, name), 0o600, listen), error, name)
  }
  t.equal(readFileSync(join(folder, 'file'), 'utf8'), 'kept')
  t.strictSame(readdirSync(folder).sort(), ['file', 'folder', 'link'])
  const missing = listenAt(join(folder, 'none', 's'), 0o600, listen)
  await t.rejects(missing, { name: 'ConfigError', message: /ENOENT/ })
})

t.test('it is never more open than it is to be, whatever the umask', async t => {
  const folder = folderFor(t)
  const path = join(folder, 's')
  const before = process.umask(0)
  t.teardown(() => process.umask(before))
  const server = createServer()
  const leave = await listenAt(path, 0o600, async own => {
    server.listen(own)
    await once(server, 'listening')
    t.equal(modeOf(join(own, '..')), 0o700, 'it begins where nobody else can go')
    t.throws(() => lstatSync(path), { code: 'ENOENT' })
  })
  t.equal(modeOf(path), 0o600)
  await t.rejects(
    listenAt(path, 0o600, async own => {
      const other = createServer().listen(own)
      await once(other, 'listening')
      other.unref()
    }),
    { message: /another process serves at it/ },
  )
  server.close()
  leave()
  t.strictSame(readdirSync(folder), [])
})

t.test('the default mode is the owner only', async t => {
  t.equal(readConfig([], {}).httpSocketMode, 0o600)
})
