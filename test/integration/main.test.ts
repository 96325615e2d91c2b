// The process as its operator sees it: what it refuses to start with, and how it ends.

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { connect } from '../../src/client/index.js'
import { TEST_KEY } from '../service.js'

const MAIN = join(import.meta.dirname, '../../src/main.js')
const FREE = ['--http-addr', '127.0.0.1:0']

interface Run {
  readonly child: ChildProcess
  /** The output so far, of both streams. */
  readonly said: () => string
  /** Resolves to its exit code. */
  readonly ended: Promise<number | null>
}

function run(folder: string, args: readonly string[]): Run {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder, env: {} })
  let output = ''
  child.stdout.on('data', chunk => {
    output += chunk
  })
  child.stderr.on('data', chunk => {
    output += chunk
  })
  const ended = new Promise<number | null>(done => child.once('exit', done))
  return { child, said: () => output, ended }
}

/** Resolves to the match of the pattern once it is printed. */
async function saying({ child, said }: Run, pattern: RegExp): Promise<string> {
  for (;;) {
    const found = pattern.exec(said())
    if (found !== null) return found[1]
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${said()}`)
    await new Promise(done => child.stdout?.once('data', done) && child.stderr?.once('data', done))
  }
}

function folderFor(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'pemba-main-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const URL_SAID = /Pemba is serving at (\S+)/

t.test('production refuses to start without keys', async t => {
  const started = run(folderFor(t), ['serve', ...FREE])
  t.equal(await started.ended, 2)
  t.match(started.said(), 'refusing to serve without keys')
})

t.test('development refuses any address but loopback', async t => {
  const started = run(folderFor(t), ['dev', '--http-addr', '0.0.0.0:0'])
  t.equal(await started.ended, 2)
  t.match(started.said(), 'development mode serves on loopback only, found host `0.0.0.0`')
})

t.test('an unknown command and an unknown datastore are reported', async t => {
  const folder = folderFor(t)
  const command = run(folder, ['start'])
  t.equal(await command.ended, 2)
  t.match(command.said(), 'unknown command `start`')
  const datastore = run(folder, ['dev', '--datastore', 'mysql://host'])
  t.equal(await datastore.ended, 2)
  t.match(datastore.said(), '--datastore: expected `embedded:<folder>` or `postgres://…`')
})

t.test('development makes one key, keeps it to its owner, and takes it again', async t => {
  const folder = folderFor(t)
  const keys: string[] = []
  for (const _ of ['first', 'second']) {
    const started = run(folder, ['dev', ...FREE])
    keys.push(await saying(started, /\n {2}key +(\S+)/))
    started.child.kill('SIGTERM')
    t.equal(await started.ended, 0, 'it ends in order')
  }
  t.equal(keys[0], keys[1])
  t.equal(readFileSync(join(folder, 'data/dev-key'), 'utf8').trim(), keys[0])
  t.equal(statSync(join(folder, 'data/dev-key')).mode & 0o777, 0o600)
})

t.test('two processes cannot open one folder', async t => {
  const folder = folderFor(t)
  const first = run(folder, ['dev', ...FREE])
  await saying(first, URL_SAID)
  const second = run(folder, ['dev', ...FREE])
  t.equal(await second.ended, 1)
  t.match(second.said(), 'in use by another process')
  first.child.kill('SIGTERM')
  t.equal(await first.ended, 0)
})

t.test('SIGTERM lets the writes under way end, and they are there', async t => {
  const folder = folderFor(t)
  const keys = ['--keys', TEST_KEY]
  const first = run(folder, ['dev', ...FREE, ...keys])
  const client = connect({ url: await saying(first, URL_SAID), key: TEST_KEY })
  await client.writeSchema({ text: 'definition user {}' })
  const writing = Array.from({ length: 50 }, () => client.writeRelationships({ updates: [] }))
  await writing[0]
  first.child.kill('SIGTERM')
  const settled = await Promise.allSettled(writing)
  t.equal(await first.ended, 0)
  await client.close()
  t.ok(settled.some(({ status }) => status === 'fulfilled'))
  const again = run(folder, ['dev', ...FREE, ...keys])
  const other = connect({ url: await saying(again, URL_SAID), key: TEST_KEY })
  t.equal((await other.readSchema()).text, 'definition user {}')
  await other.close()
  again.child.kill('SIGTERM')
  await again.ended
})
